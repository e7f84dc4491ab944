#include "check/control.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;

namespace {

const Expectation kBoth{true, {"identities", "counters"}, {"x.availability"}};

std::vector<Finding> found(Judgement identities, Judgement counters, Judgement allowed, Judgement other) {
  return {make_finding("identities", identities, ""), make_finding("counters", counters, ""),
          make_finding("x.availability", allowed, ""), make_finding("redundancy.restored", other, "")};
}

ControlResult of(const std::vector<Finding>& findings, const Expectation& expectation = kBoth) {
  return judge_control(expectation, worst(findings), findings);
}

int code_of(const std::vector<Finding>& findings, const Expectation& expectation = kBoth) {
  Verdict verdict;
  verdict.findings = findings;
  verdict.judgement = worst(findings);
  return exit_code_as_expected(exit_code(verdict), expectation, verdict);
}

constexpr Judgement kPass = Judgement::pass;
constexpr Judgement kFail = Judgement::fail;
constexpr Judgement kUnclear = Judgement::inconclusive;

}  // namespace

TEST_CASE("a control is seen when all that has to fail did, and nothing else") {
  for (const Judgement allowed : {kPass, kUnclear, kFail, Judgement::not_owed}) {
    CHECK(of(found(kFail, kFail, allowed, kPass)).control == Control::seen);
    // What failed stays failed, whatever else is unclear.
    CHECK(of(found(kFail, kFail, allowed, kUnclear)).control == Control::seen);
    CHECK(code_of(found(kFail, kFail, allowed, kUnclear)) == 0);
  }
  CHECK(of(found(kFail, kFail, kPass, kPass)).why.empty());
}

TEST_CASE("a control that fails by something else is wrong, though its verdict is fail") {
  const ControlResult instead = of(found(kPass, kPass, kPass, kFail));
  CHECK(instead.control == Control::not_seen);
  CHECK(instead.why ==
        "identities is pass, and has to be fail; counters is pass, and has to be fail; redundancy.restored is fail, "
        "and may not be");
  CHECK(code_of(found(kPass, kPass, kPass, kFail)) == 1);
  // One of two is not both, also when nothing else failed.
  CHECK(of(found(kFail, kPass, kPass, kPass)).control == Control::not_seen);
  CHECK(code_of(found(kFail, kPass, kPass, kPass)) == 1);
  // By what is allowed alone it is as little seen.
  CHECK(of(found(kPass, kPass, kFail, kPass)).control == Control::not_seen);
  // More than what has to: the cluster is to blame, not the instrument.
  CHECK(of(found(kFail, kFail, kPass, kFail)).control == Control::more);
  CHECK(code_of(found(kFail, kFail, kPass, kFail)) == 1);
  CHECK(of(found(kFail, kUnclear, kPass, kPass)).control == Control::more);
  CHECK(code_of(found(kFail, kUnclear, kPass, kPass)) == 1);
}

TEST_CASE("what was not looked at was not seen") {
  std::vector<Finding> findings = found(kFail, kFail, kPass, kPass);
  findings.erase(findings.begin());
  const ControlResult result = of(findings);
  CHECK(result.control == Control::not_seen);
  CHECK(result.why == "identities was not looked at, and has to be fail");
}

TEST_CASE("a control that passes is wrong, and one that says nothing is neither") {
  CHECK(of(found(kPass, kPass, kPass, kPass)).control == Control::not_seen);
  CHECK(code_of(found(kPass, kPass, kPass, kPass)) == 1);
  CHECK(of(found(kUnclear, kPass, kPass, kPass)).control == Control::unclear);
  CHECK(code_of(found(kUnclear, kPass, kPass, kPass)) == 2);
  CHECK(code_of(found(kFail, kFail, kPass, Judgement::aborted)) == 3);
  CHECK(code_of(found(kFail, kFail, kPass, Judgement::error)) == 5);
}

TEST_CASE("a control without names is seen by any failure, and whoever is none has to pass") {
  const Expectation any{true, {}, {}};
  CHECK(of(found(kPass, kPass, kPass, kFail), any).control == Control::seen);
  CHECK(code_of(found(kPass, kPass, kPass, kFail), any) == 0);
  CHECK(code_of(found(kPass, kPass, kPass, kPass), any) == 1);
  CHECK(of(found(kPass, kPass, kPass, kFail), {}).control == Control::none);
  CHECK(code_of(found(kPass, kPass, kPass, kFail), {}) == 1);
  CHECK(code_of(found(kPass, kPass, kPass, kPass), {}) == 0);
}

TEST_CASE("an interrupted control, or one that left something behind, is just that") {
  Verdict verdict;
  verdict.findings = found(kFail, kFail, kPass, kPass);
  verdict.judgement = Judgement::fail;
  for (const int code : {2, 3, 4, 5, 130}) CHECK(exit_code_as_expected(code, kBoth, verdict) == code);
}
