// Owns where the program's own files are: beside it and in the source tree while it is developed, below the same prefix
// once it is installed.
#pragma once

#include <filesystem>
#include <string>

namespace hadrill::cli {

/// This program's file, links followed.
std::filesystem::path own_executable();

/// What has scenarios/ and kind-configs/ below it. `told` (HADRILL_HOME; may be null or empty) wins; then the
/// share/hadrill beside the bin/ that `executable` is in, so that an installed tree can be moved; then `source`, the
/// tree it was built from.
std::filesystem::path home_of(const std::filesystem::path& executable, const char* told,
                              const std::filesystem::path& source);

/// A file that the program needs beside it, e.g. "hadrill-agent": in its own folder, or in the lib/hadrill beside that.
std::filesystem::path companion_of(const std::filesystem::path& executable, const std::string& name);

}  // namespace hadrill::cli
