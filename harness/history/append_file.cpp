#include "history/append_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hadrill {
namespace {

Error write_error(const std::string& path, const std::string& what, int reason) {
  return infrastructure_error(path, fmt::format("{} cannot be written: {}", what, std::strerror(reason)));
}

}  // namespace

Result<AppendFile> AppendFile::open(const std::filesystem::path& path, Existing existing, std::string what) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (existing == Existing::refuse ? O_EXCL : O_APPEND);
  const int descriptor = ::open(path.c_str(), flags, 0644);
  if (descriptor < 0) return write_error(path.string(), what, errno);
  struct stat status {};
  const std::int64_t size = fstat(descriptor, &status) == 0 ? status.st_size : 0;
  return AppendFile(descriptor, size, path.string(), std::move(what));
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      path_(std::move(other.path_)),
      what_(std::move(other.what_)),
      failure_(std::move(other.failure_)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  std::swap(what_, other.what_);
  std::swap(failure_, other.failure_);
  return *this;
}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Status AppendFile::append(std::string_view bytes, std::size_t unit) {
  if (failure_) return *failure_;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int reason = written < 0 ? errno : ENOSPC;
      const std::size_t whole = (bytes.size() - rest.size()) / unit * unit;
      size_ += static_cast<std::int64_t>(whole);
      // What cannot be cut (a device) was never readable again either; the error is told in any case.
      [[maybe_unused]] const int cut = ftruncate(descriptor_, size_);
      failure_ = write_error(path_, what_, reason);
      return *failure_;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  size_ += static_cast<std::int64_t>(bytes.size());
  return Ok{};
}

}  // namespace hadrill
