#include "workload/ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace hadrill::workload {
namespace {

constexpr const char* kFile = "ledger";
constexpr std::size_t kLongestId = 64;

std::string line_of(const Entry& entry) {
  return std::to_string(entry.value) + " " + entry.id + " " + entry.start + "\n";
}

std::optional<Entry> entry_of(const std::string& line) {
  std::istringstream words(line);
  Entry entry;
  std::string more;
  if (!(words >> entry.value >> entry.id >> entry.start) || (words >> more)) return std::nullopt;
  return entry;
}

/// The lines that are whole, and how many bytes they take.
std::vector<Entry> read_entries(const std::filesystem::path& file, std::uintmax_t& bytes) {
  std::ifstream in(file, std::ios::binary);
  std::vector<Entry> entries;
  std::string line;
  bytes = 0;
  while (std::getline(in, line) && !in.eof()) {
    const auto entry = entry_of(line);
    if (!entry) break;
    entries.push_back(*entry);
    bytes += line.size() + 1;
  }
  return entries;
}

bool write_all(int descriptor, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(descriptor, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    written += static_cast<std::size_t>(n);
  }
  return true;
}

/// A new file is only there after a crash when its folder was synced.
bool sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

}  // namespace

std::unique_ptr<Ledger> Ledger::open(const std::filesystem::path& folder, std::string start, std::string& trouble) {
  const std::filesystem::path file = folder / kFile;
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    trouble = file.string() + ": " + std::strerror(errno);
    return nullptr;
  }
  std::uintmax_t bytes = 0;
  std::vector<Entry> entries = read_entries(file, bytes);
  if (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0 || !sync_folder(folder)) {
    trouble = file.string() + ": " + std::strerror(errno);
    ::close(descriptor);
    return nullptr;
  }
  return std::unique_ptr<Ledger>(new Ledger(descriptor, std::move(start), std::move(entries)));
}

Ledger::~Ledger() { ::close(descriptor_); }

bool Ledger::good_id(const std::string& id) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), good);
}

std::optional<Entry> Ledger::step(const std::string& id) {
  // From the end: an answer that was not heard is asked for again soon.
  const auto known =
      std::find_if(entries_.rbegin(), entries_.rend(), [&id](const Entry& entry) { return entry.id == id; });
  if (known != entries_.rend()) return *known;
  if (broken_) return std::nullopt;
  const Entry next{entries_.empty() ? 1 : entries_.back().value + 1, id, start_};
  // What became of a line that was not written or synced nobody knows: the next would follow on it.
  broken_ = !write_all(descriptor_, line_of(next)) || ::fdatasync(descriptor_) != 0;
  if (broken_) return std::nullopt;
  entries_.push_back(next);
  return next;
}

}  // namespace hadrill::workload
