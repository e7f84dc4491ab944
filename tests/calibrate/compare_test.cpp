// Known-bad runs: a verdict that says something else than what happened has to fail its case.
#include "calibrate/compare.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::calibrate;
using namespace std::chrono_literals;

namespace {

constexpr Instant kBegan{1'000'000'000};

Truth down_for(Duration length) { return {{{{kBegan, kBegan}, {kBegan + length, kBegan + length}}}, 0, 1ms}; }

Finding finding(const std::string& id, Judgement judgement) {
  Finding made;
  made.id = id;
  made.judgement = judgement;
  made.text = id + " said so";
  return made;
}

ProberResult prober(const std::string& name, std::size_t bad, Outcome seen, const Bounds& longest) {
  ProberResult made;
  made.prober = {name, "local", probe_path::load_balancer, "new", kPeriod, kDeadline, kTimeout};
  made.n = 60;
  made.outcomes[static_cast<std::size_t>(seen)] = bad;
  made.summary.bad = bad;
  made.summary.longest = made.summary.total = longest;
  made.outage_count = bad > 0 ? 1 : 0;
  return made;
}

/// As it should be of 1.2 s without a listener.
CaseRun good_run() {
  CaseRun run;
  run.truth = down_for(1200ms);
  run.verdict.probers = {prober(kNewProber, 24, Outcome::refused, {1170ms, 1250ms})};
  run.verdict.findings = {finding("api.read.new.longest_outage", Judgement::fail), finding("run", Judgement::pass),
                          finding("coverage", Judgement::pass), finding("validity", Judgement::pass),
                          finding("baseline", Judgement::pass)};
  return run;
}

const OutageCase& refuses() { return outage_cases()[2]; }

Judgement judge_case(const OutageCase& one, const CaseRun& run) {
  Judgement judgement = Judgement::not_owed;
  for (const Row& row : compare(one, run)) judgement = std::max(judgement, row.assessment.judgement);
  return judgement;
}

CaseRun audited(std::optional<audit::Violation> found, int times = 1) {
  CaseRun run = good_run();
  run.truth = {};
  run.truth.spoiled = found ? 1 : 0;
  run.audited.emplace();
  for (int i = 0; found && i < times; ++i) run.audited->findings.add(*found, [] { return audit::AuditFinding{}; });
  return run;
}

Judgement judge_case(const AuditCase& one, const CaseRun& run) {
  Judgement judgement = Judgement::not_owed;
  for (const Row& row : compare(one, run)) judgement = std::max(judgement, row.assessment.judgement);
  return judgement;
}

}  // namespace

TEST_CASE("a run that was measured well passes") {
  REQUIRE(refuses().name == "refuses-1.2s");
  CHECK(judge_case(refuses(), good_run()) == Judgement::pass);
}

TEST_CASE("an outage that was measured wrongly fails") {
  CaseRun run = good_run();
  SECTION("too long") { run.truth = down_for(1000ms); }
  SECTION("too short") { run.truth = down_for(1400ms); }
  SECTION("not seen") { run.verdict.probers = {prober(kNewProber, 0, Outcome::ok, {})}; }
  SECTION("without an end") { run.verdict.probers[0].summary.longest.upper = std::nullopt; }
  SECTION("without data") { run.verdict.probers[0].n = 0; }
  SECTION("taken for something else") {
    run.verdict.probers = {prober(kNewProber, 24, Outcome::http_status, {1170ms, 1250ms})};
  }
  SECTION("kept the SLO of nothing at all") { run.verdict.findings[0].judgement = Judgement::pass; }
  SECTION("the SLO is gone") { run.verdict.findings.erase(run.verdict.findings.begin()); }
  SECTION("samples are missing") { run.verdict.findings[2].judgement = Judgement::error; }
  CHECK(judge_case(refuses(), run) == Judgement::fail);
}

TEST_CASE("a disturbed instrument is inconclusive, and says why") {
  CaseRun run = good_run();
  for (const std::size_t gate : {std::size_t{3}, std::size_t{4}}) {
    run = good_run();
    run.verdict.findings[gate].judgement = Judgement::inconclusive;
    CHECK(judge_case(refuses(), run) == Judgement::inconclusive);
    CHECK(compare(refuses(), run)[0].assessment.reason.find("disturbed") != std::string::npos);
  }
  // Also when the numbers are far off.
  run.truth = down_for(5s);
  CHECK(judge_case(refuses(), run) == Judgement::inconclusive);
}

TEST_CASE("nobody may be bad where nothing is wrong") {
  const OutageCase& works = outage_cases().front();
  REQUIRE(works.subject == Subject::nothing);
  CaseRun run = good_run();
  run.truth = {};
  CHECK(judge_case(works, run) == Judgement::fail);
  run.verdict.probers = {prober(kNewProber, 0, Outcome::ok, {})};
  run.verdict.findings[0].judgement = Judgement::pass;
  CHECK(judge_case(works, run) == Judgement::pass);
}

TEST_CASE("the audit has to find one lie, once, and nothing else") {
  const AuditCase& truthful = audit_cases()[0];
  const AuditCase& lost = audit_cases()[1];
  REQUIRE((!truthful.violation && lost.violation == audit::Violation::lost_write));
  CHECK(judge_case(truthful, audited(std::nullopt)) == Judgement::pass);
  CHECK(judge_case(truthful, audited(audit::Violation::stale_read)) == Judgement::fail);
  CHECK(judge_case(lost, audited(audit::Violation::lost_write)) == Judgement::pass);
  CHECK(judge_case(lost, audited(audit::Violation::lost_write, 2)) == Judgement::fail);
  CHECK(judge_case(lost, audited(audit::Violation::stale_read)) == Judgement::fail);
  CHECK(judge_case(lost, audited(std::nullopt)) == Judgement::fail);
  CaseRun too_little = audited(audit::Violation::lost_write);
  too_little.audited->missing = {"only 3 writes"};
  CHECK(judge_case(lost, too_little) == Judgement::fail);
  CHECK(judge_case(lost, good_run()) == Judgement::fail);  // no audit at all
  CaseRun never_lied = audited(std::nullopt);
  never_lied.verdict.findings[3].judgement = Judgement::inconclusive;
  CHECK(judge_case(lost, never_lied) == Judgement::inconclusive);
}
