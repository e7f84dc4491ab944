#include "archive/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "base/file.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

/// 1980-01-01T00:00:00Z.
constexpr std::int64_t kFixedTime = 315'532'800;
constexpr unsigned kMode = 0644;

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Header = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

Error archive_error(const fs::path& path, archive* writer) {
  const char* why = archive_error_string(writer);
  return infrastructure_error(path.string(), std::string("cannot be written: ") + (why == nullptr ? "?" : why));
}

Status add(archive* writer, const fs::path& path, const ArchiveEntry& entry) {
  const auto content = entry.content ? Result<std::string>(*entry.content) : read_file(entry.file);
  if (!content.ok()) return content.error();
  const Header header(archive_entry_new(), &archive_entry_free);
  archive_entry_set_pathname(header.get(), entry.name.c_str());
  archive_entry_set_filetype(header.get(), AE_IFREG);
  archive_entry_set_perm(header.get(), kMode);
  archive_entry_set_size(header.get(), static_cast<std::int64_t>(content->size()));
  archive_entry_set_mtime(header.get(), kFixedTime, 0);
  if (archive_write_header(writer, header.get()) != ARCHIVE_OK) return archive_error(path, writer);
  const auto written = archive_write_data(writer, content->data(), content->size());
  if (written < 0 || static_cast<std::size_t>(written) != content->size()) return archive_error(path, writer);
  return Ok{};
}

Status write_all(const fs::path& path, const std::vector<ArchiveEntry>& entries) {
  const Writer writer(archive_write_new(), &archive_write_free);
  // No time in gzip's own header either.
  const bool ready = archive_write_set_format_pax_restricted(writer.get()) == ARCHIVE_OK &&
                     archive_write_add_filter_gzip(writer.get()) == ARCHIVE_OK &&
                     archive_write_set_filter_option(writer.get(), "gzip", "timestamp", nullptr) == ARCHIVE_OK &&
                     archive_write_open_filename(writer.get(), path.c_str()) == ARCHIVE_OK;
  if (!ready) return archive_error(path, writer.get());
  for (const ArchiveEntry& entry : entries) {
    if (const Status added = add(writer.get(), path, entry); !added.ok()) return added;
  }
  return archive_write_close(writer.get()) == ARCHIVE_OK ? Status(Ok{}) : Status(archive_error(path, writer.get()));
}

}  // namespace

Status write_archive(const fs::path& path, std::vector<ArchiveEntry> entries) {
  std::sort(entries.begin(), entries.end());
  const fs::path part = path.string() + ".part";
  std::error_code failed;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failed);
  Status written = write_all(part, entries);
  if (written.ok()) {
    fs::rename(part, path, failed);
    if (failed) written = infrastructure_error(path.string(), "cannot be written: " + failed.message());
  }
  if (!written.ok()) fs::remove(part, failed);
  return written;
}

}  // namespace hadrill
