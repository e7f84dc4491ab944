#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace hadrill {
namespace {

Error file_error(const std::filesystem::path& path, const char* what) {
  return infrastructure_error(path.string(), fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) return file_error(path, "read");
  std::ostringstream content;
  content << in.rdbuf();
  if (in.bad()) return file_error(path, "read");
  return std::move(content).str();
}

Status write_file(const std::filesystem::path& path, std::string_view content, FileAccess access) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  const std::filesystem::path temporary = path.string() + ".part";
  const mode_t mode = access == FileAccess::owner_only ? 0600 : 0644;
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) return file_error(path, "write");
  const bool written = write_all(descriptor, content) && fsync(descriptor) == 0;
  const int saved = errno;
  close(descriptor);
  if (!written || rename(temporary.c_str(), path.c_str()) != 0) {
    if (!written) errno = saved;
    Error error = file_error(path, "write");
    unlink(temporary.c_str());
    return error;
  }
  return Ok{};
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return file_error(path, "open");
  FileLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return file_error(path, "lock");
    std::array<char, 32> holder{};
    const ssize_t size = pread(descriptor, holder.data(), holder.size() - 1, 0);
    return usage_error(path.string(), fmt::format("in use by another hadrill (pid {}); wait for it or stop it",
                                                  size > 0 ? holder.data() : "unknown"));
  }
  const std::string pid = std::to_string(getpid());
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, pid.data(), pid.size(), 0) < 0)
    return file_error(path, "write");
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace hadrill
