// Reads an archive back, for tests of who writes them.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hadrill::test {

/// Name and content of every file in order; empty when it cannot be read.
inline std::vector<std::pair<std::string, std::string>> read_archive(const std::filesystem::path& path) {
  std::vector<std::pair<std::string, std::string>> files;
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(), &archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), 10240) != ARCHIVE_OK) return files;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    if (archive_read_data(reader.get(), content.data(), content.size()) < 0) return {};
    files.emplace_back(archive_entry_pathname(entry), std::move(content));
  }
  return files;
}

}  // namespace hadrill::test
