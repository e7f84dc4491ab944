// Owns files that only grow, by whole units: a unit that does not fit is taken back, so that the file stays readable.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hadrill {

class AppendFile {
 public:
  enum class Existing { refuse, append };

  /// Error: infrastructure when it cannot be opened or made; `what` names its content in errors ("samples").
  static Result<AppendFile> open(const std::filesystem::path& path, Existing existing, std::string what);
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Hands `bytes`, a number of units of `unit` bytes each, to the kernel. Error: infrastructure, e.g. a full disk. The
  /// file then ends with the last unit that went in whole, and every later call returns the same error and writes
  /// nothing: nobody must take what follows a hole for the rest of the story.
  Status append(std::string_view bytes, std::size_t unit);

  bool is_open() const { return descriptor_ >= 0; }

 private:
  AppendFile(int descriptor, std::int64_t size, std::string path, std::string what)
      : descriptor_(descriptor), size_(size), path_(std::move(path)), what_(std::move(what)) {}

  int descriptor_ = -1;
  std::int64_t size_ = 0;  ///< whole units
  std::string path_;
  std::string what_;
  std::optional<Error> failure_;
};

}  // namespace hadrill
