#include "run/run_directory.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNewYear2026 = 1'767'225'600'000'000'000;

}  // namespace

TEST_CASE("run directories are named by scenario and time, and latest points at the newest") {
  const TemporaryFolder folder;
  const auto first = make_run_directory(folder.path, "apiserver-kill", kNewYear2026);
  REQUIRE(first.ok());
  CHECK(*first == folder.path / "apiserver-kill" / "20260101T000000Z");
  const auto second = make_run_directory(folder.path, "apiserver-kill", kNewYear2026);
  REQUIRE(second.ok());
  CHECK(second->filename() == "20260101T000000Z-2");
  CHECK(fs::read_symlink(folder.path / "apiserver-kill" / "latest") == second->filename());
}

TEST_CASE("a directory nothing was written to goes again, and latest with it") {
  const TemporaryFolder folder;
  const auto made = make_run_directory(folder.path, "s", kNewYear2026);
  REQUIRE(made.ok());
  discard_if_empty(*made);
  CHECK_FALSE(fs::exists(*made));
  CHECK_FALSE(fs::is_symlink(folder.path / "s" / "latest"));
  CHECK_FALSE(fs::exists(folder.path / "s"));
}

TEST_CASE("a directory with something in it stays") {
  const TemporaryFolder folder;
  const auto made = make_run_directory(folder.path, "s", kNewYear2026);
  REQUIRE(made.ok());
  REQUIRE(write_file(*made / "events.jsonl", "x").ok());
  discard_if_empty(*made);
  CHECK(fs::exists(*made / "events.jsonl"));
}

TEST_CASE("a folder that cannot be made is an error with its path") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder.path / "file", "x").ok());
  const auto made = make_run_directory(folder.path / "file", "s", kNewYear2026);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().where.find("file") != std::string::npos);
}
