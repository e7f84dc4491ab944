#include "process/runner.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

TEST_CASE("a command prints as something a shell would take") {
  CHECK(command_line({{"docker", "exec", "a b", "it's", ""}, 1s}) == "docker exec 'a b' 'it'\\''s' ''");
}

TEST_CASE("last_lines keeps the end") {
  CHECK(last_lines("a\nb\nc\n", 2) == "b\nc");
  CHECK(last_lines("a", 5) == "a");
  CHECK(last_lines("", 5).empty());
}

TEST_CASE("a failed command says what it was and what it printed") {
  const Error error = failed_command("cluster create", {{"kind", "create"}, 1s}, {1, "", "boom\n", {}});
  CHECK(error.text() == "cluster create: `kind create` ended with exit code 1\nboom");
}
