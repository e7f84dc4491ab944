// Owns what belongs into the one archive that somebody needs who looks at a run, a suite or a root from elsewhere.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "archive/archive.hpp"
#include "base/result.hpp"

namespace hadrill {

/// What the archive of `directory` is called, without ".tar.gz": for .../apiserver-kill/20270101T030000Z (or for
/// `latest`, which is one) "apiserver-kill-20270101T030000Z", else the folder's name.
std::string bundle_name(const std::filesystem::path& directory);

/// Every file in and below `directory`, in a folder called as bundle_name says; of a suite's directory also the runs
/// that it names, below runs/, and an index.html of them. Left out: links, archives, files that are being written and,
/// without `samples`, what only a second judgement needs (samples.bin, operations.jsonl). Error: usage for a folder
/// without a run or a suite in it.
Result<std::vector<ArchiveEntry>> bundle_entries(const std::filesystem::path& directory, bool samples);

}  // namespace hadrill
