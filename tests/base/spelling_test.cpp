#include "base/spelling.hpp"

#include <catch2/catch.hpp>

using hadrill::nearest_word;

TEST_CASE("the nearest allowed word is suggested, a far one is not") {
  const std::vector<std::string> allowed{"process.kill", "process.pause", "node.kill"};
  CHECK(nearest_word("proces.kill", allowed) == "process.kill");
  CHECK(nearest_word("node.kil", allowed) == "node.kill");
  CHECK(nearest_word("network", allowed) == std::nullopt);
  CHECK(nearest_word("", allowed) == std::nullopt);
}
