#include "archive/archive.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "base/file.hpp"
#include "support/archive_reader.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

std::vector<ArchiveEntry> some_files(const fs::path& folder) {
  REQUIRE(write_file(folder / "one", "first\n").ok());
  REQUIRE(write_file(folder / "two", std::string(100'000, 'x')).ok());
  return {{"r/two", folder / "two"}, {"r/a/one", folder / "one"}};
}

}  // namespace

TEST_CASE("what goes into an archive comes out of it, in the order of names") {
  const TemporaryFolder folder;
  REQUIRE(write_archive(folder.path / "out" / "x.tar.gz", some_files(folder.path)).ok());
  const auto files = read_archive(folder.path / "out" / "x.tar.gz");
  REQUIRE(files.size() == 2);
  CHECK(files[0] == std::pair<std::string, std::string>("r/a/one", "first\n"));
  CHECK(files[1].first == "r/two");
  CHECK(files[1].second == std::string(100'000, 'x'));
}

TEST_CASE("the same files make the same bytes, whenever and in whatever order") {
  const TemporaryFolder folder;
  std::vector<ArchiveEntry> entries = some_files(folder.path);
  REQUIRE(write_archive(folder.path / "a.tar.gz", entries).ok());
  std::reverse(entries.begin(), entries.end());
  fs::last_write_time(folder.path / "one", fs::file_time_type::clock::now() - std::chrono::hours(1000));
  fs::permissions(folder.path / "two", fs::perms::owner_all);
  REQUIRE(write_archive(folder.path / "b.tar.gz", entries).ok());
  const std::string bytes = *read_file(folder.path / "a.tar.gz");
  CHECK(bytes == *read_file(folder.path / "b.tar.gz"));
  // gzip's own time of making: none.
  CHECK(bytes.substr(4, 4) == std::string(4, '\0'));
}

TEST_CASE("an archive that cannot be whole is not there at all") {
  const TemporaryFolder folder;
  std::vector<ArchiveEntry> entries = some_files(folder.path);
  entries.push_back({"r/none", folder.path / "none"});
  CHECK_FALSE(write_archive(folder.path / "x.tar.gz", entries).ok());
  CHECK_FALSE(fs::exists(folder.path / "x.tar.gz"));
  CHECK_FALSE(fs::exists(folder.path / "x.tar.gz.part"));
  CHECK_FALSE(write_archive("/proc/none/x.tar.gz", {}).ok());
}
