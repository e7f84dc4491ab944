// Owns index.html of a root: finding everything that was run below it, what died included, and writing the page.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "index/entry.hpp"

namespace hadrill {

/// All trials and suites at or below `root` as they are stored; nothing is judged and no samples are read. A directory
/// that is named as a run's is and has no verdict is a trial that has none. Of a suite's directory: the suite, and the
/// runs that it names. Error: usage for a folder that cannot be read, is a run's own or has neither run nor suite in
/// it.
Result<index::Root> read_root(const std::filesystem::path& root);

/// Where a directory lies, from the page, with "/" between folders.
using NamePlace = std::function<std::string(const std::filesystem::path&)>;
/// The same for a page that does not lie in `root`.
Result<index::Root> read_root(const std::filesystem::path& root, const NamePlace& name_of);

/// Writes index.html of `root` into it, anew and in one step; the same trials give the same bytes. Returns its path.
/// Error: as read_root; infrastructure when it cannot be written.
Result<std::filesystem::path> write_index(const std::filesystem::path& root);

}  // namespace hadrill
