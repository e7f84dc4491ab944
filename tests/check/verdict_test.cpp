#include "check/verdict.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

Finding judged(Judgement judgement) {
  Finding finding;
  finding.judgement = judgement;
  return finding;
}

}  // namespace

TEST_CASE("a run is the worst of its findings") {
  CHECK(worst({}) == Judgement::pass);
  CHECK(worst({judged(Judgement::pass), judged(Judgement::inconclusive)}) == Judgement::inconclusive);
  CHECK(worst({judged(Judgement::fail), judged(Judgement::inconclusive)}) == Judgement::fail);
  CHECK(worst({judged(Judgement::fail), judged(Judgement::aborted)}) == Judgement::aborted);
  CHECK(worst({judged(Judgement::error), judged(Judgement::aborted), judged(Judgement::pass)}) == Judgement::error);
}

TEST_CASE("what is not owed is never worse than a pass, and no verdict of a run") {
  CHECK(worst({judged(Judgement::not_owed)}) == Judgement::pass);
  CHECK(worst({judged(Judgement::not_owed), judged(Judgement::pass)}) == Judgement::pass);
  CHECK(worst({judged(Judgement::not_owed), judged(Judgement::fail)}) == Judgement::fail);
  CHECK(to_string(Judgement::not_owed) == "not owed");
}

TEST_CASE("exit codes") {
  Verdict verdict;
  CHECK(exit_code(verdict) == 5);  // a verdict that nobody filled in is no pass
  const std::pair<Judgement, int> codes[] = {{Judgement::pass, 0},
                                             {Judgement::fail, 1},
                                             {Judgement::inconclusive, 2},
                                             {Judgement::aborted, 3},
                                             {Judgement::error, 5}};
  for (const auto& [judgement, code] : codes) {
    verdict.judgement = judgement;
    verdict.cleanup_incomplete = false;
    CHECK(exit_code(verdict) == code);
    verdict.cleanup_incomplete = true;
    CHECK(exit_code(verdict) == 4);
  }
}
