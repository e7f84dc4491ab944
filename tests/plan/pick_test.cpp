#include "plan/pick.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

using hadrill::pick_indices;
using Indices = std::vector<std::size_t>;

// Computed by an independent implementation of seed_seq, mt19937_64 and FNV-1a, written from the C++ standard's text.
// If one of these changes, old seeds no longer replay old runs.
TEST_CASE("the choices of a seed are fixed for ever") {
  CHECK(pick_indices(3, 1, 1, "kill") == Indices{2});
  CHECK(pick_indices(3, 1, 2, "kill") == Indices{0});
  CHECK(pick_indices(3, 1, 3, "kill") == Indices{2});
  CHECK(pick_indices(3, 1, 1, "step-1") == Indices{1});
  CHECK(pick_indices(3, 2, 1, "kill") == Indices{0, 2});
  CHECK(pick_indices(3, 1, 0, "") == Indices{1});
  CHECK(pick_indices(5, 3, 0xFFFFFFFFFFFFFFFFU, "kill-two") == Indices{0, 1, 2});
  CHECK(pick_indices(1000, 4, 42, "big") == Indices{54, 137, 238, 439});
}

TEST_CASE("every set is about equally likely") {
  std::map<Indices, int> seen;
  constexpr int kDraws = 6000;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) ++seen[pick_indices(4, 2, seed, "step")];
  REQUIRE(seen.size() == 6);
  // 1000 expected each, standard deviation 29: five of them.
  for (const auto& [set, count] : seen) CHECK(std::abs(count - kDraws / 6) < 145);
}

TEST_CASE("none, one of one, and all") {
  CHECK(pick_indices(3, 0, 1, "x").empty());
  CHECK(pick_indices(0, 0, 1, "x").empty());
  CHECK(pick_indices(1, 1, 1, "x") == Indices{0});
  CHECK(pick_indices(3, 3, 1, "x") == Indices{0, 1, 2});
}
