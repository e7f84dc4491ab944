#include "base/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temporary_folder.hpp"

using namespace hadrill;
using hadrill::test::TemporaryFolder;
namespace fs = std::filesystem;

TEST_CASE("a file is written whole, with its folders, and read back") {
  const TemporaryFolder folder;
  const fs::path path = folder.path / "a" / "b.txt";
  REQUIRE(write_file(path, "one").ok());
  REQUIRE(write_file(path, std::string("two\0three", 9)).ok());
  CHECK(read_file(path).value() == std::string("two\0three", 9));
  CHECK_FALSE(fs::exists(path.string() + ".part"));
}

TEST_CASE("secrets are readable by their owner only") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / "key", "secret", FileAccess::owner_only).ok());
  struct stat info {};
  REQUIRE(stat((folder.path / "key").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("reading what is not a file is an error with the path") {
  const TemporaryFolder folder;
  CHECK(read_file(folder.path / "missing").error().where == (folder.path / "missing").string());
  CHECK_FALSE(read_file(folder.path).ok());
}

TEST_CASE("a lock is held once and released with its owner") {
  const TemporaryFolder folder;
  const fs::path path = folder.path / "lock";
  {
    const auto first = FileLock::acquire(path);
    REQUIRE(first.ok());
    const auto second = FileLock::acquire(path);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().kind == ErrorKind::usage);
    CHECK(second.error().message.find(std::to_string(getpid())) != std::string::npos);
  }
  CHECK(FileLock::acquire(path).ok());
}
