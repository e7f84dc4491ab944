// Owns small files: read whole, written whole and atomically.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hadrill {

/// The whole file as bytes. Error: infrastructure, with the reason of the system.
Result<std::string> read_file(const std::filesystem::path& path);

/// Who may read a written file.
enum class FileAccess { everyone, owner_only };

/// Replaces `path` by `content` in one step (temporary file, fsync, rename); makes missing parent folders.
Status write_file(const std::filesystem::path& path, std::string_view content,
                  FileAccess access = FileAccess::everyone);

/// An exclusive lock on a file, held until destroyed or until the process dies however it dies.
class FileLock {
 public:
  /// Error: usage when another process holds it (its pid in the message), infrastructure otherwise.
  static Result<FileLock> acquire(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace hadrill
