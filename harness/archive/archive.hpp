// Owns archives whose bytes follow from what is in them and from nothing else: not from when, where or by whom they
// were made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hadrill {

/// One file of an archive.
struct ArchiveEntry {
  std::string name;                                   ///< within the archive, with "/" between folders
  std::filesystem::path file;                         ///< where its content is read from
  std::optional<std::string> content = std::nullopt;  ///< instead: what is in no file

  friend auto operator<=>(const ArchiveEntry&, const ArchiveEntry&) = default;
};

/// Writes `path` as a tar.gz of these files in one step, so that nobody reads half of it: in the order of their names,
/// owned by nobody, readable by everyone, of 1980-01-01 (tar warns of dates before). Error: infrastructure for a file
/// that cannot be read, or for `path` that cannot be written; then there is no archive. Not for files of many
/// gigabytes: each is read whole.
Status write_archive(const std::filesystem::path& path, std::vector<ArchiveEntry> entries);

}  // namespace hadrill
