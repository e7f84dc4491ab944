// Where the program's own files are, in a build tree and in an installed one.
#include "cli/places.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::cli;
using namespace hadrill::test;

TEST_CASE("scenarios are found where the environment says, else beside an installed program, else in the source tree") {
  const TemporaryFolder folder;
  const auto program = folder.path / "bin" / "hadrill";
  const auto installed = folder.path / "share" / "hadrill";
  CHECK(home_of(program, nullptr, "/source") == "/source");
  REQUIRE(write_file(installed / "scenarios" / "a.yaml", "").ok());
  CHECK(home_of(program, nullptr, "/source") == installed);
  CHECK(home_of(program, "", "/source") == installed);
  CHECK(home_of(program, "/told", "/source") == "/told");
}

TEST_CASE("what the program puts into nodes is found beside it, else below lib") {
  const TemporaryFolder folder;
  const auto program = folder.path / "bin" / "hadrill";
  const auto beside = folder.path / "bin" / "hadrill-agent";
  const auto installed = folder.path / "lib" / "hadrill" / "hadrill-agent";
  CHECK(companion_of(program, "hadrill-agent") == beside);
  REQUIRE(write_file(installed, "").ok());
  CHECK(companion_of(program, "hadrill-agent") == installed);
  REQUIRE(write_file(beside, "").ok());
  CHECK(companion_of(program, "hadrill-agent") == beside);
}
