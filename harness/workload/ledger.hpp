// Owns the counter on a volume: every step is a line of a file that was synced before anybody hears of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hadrill::workload {

/// One step of the counter.
struct Entry {
  std::uint64_t value = 0;  ///< 1 for the first
  std::string id;           ///< given by whoever asked for the step
  std::string start;        ///< of the process that made it
};

/// A file `ledger` in a folder. One process at a time writes it; two that do are what its readers look for, so nothing
/// here keeps them apart.
class Ledger {
 public:
  /// Reads what is there; a torn last line is cut off. nullptr: it cannot be read or written, with the reason in
  /// `trouble`.
  static std::unique_ptr<Ledger> open(const std::filesystem::path& folder, std::string start, std::string& trouble);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Letters, digits, `-`, `_` and `.`, 1 to 64.
  static bool good_id(const std::string& id);

  /// The next value, on the disk when this returns. The id of an earlier step gives that step again: who did not hear
  /// the answer may ask once more. nullopt: the disk took it not, and after that no step is taken any more.
  std::optional<Entry> step(const std::string& id);
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  Ledger(int descriptor, std::string start, std::vector<Entry> entries)
      : descriptor_(descriptor), start_(std::move(start)), entries_(std::move(entries)) {}

  int descriptor_;
  std::string start_;
  std::vector<Entry> entries_;
  bool broken_ = false;
};

}  // namespace hadrill::workload
