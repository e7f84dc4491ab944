// Until a fault is over for who asks: T3 as an SLI.
#include <catch2/catch.hpp>

#include "history.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Instant after_t0(Duration since) { return kT0 + since; }

/// One request in three is sent to what is lost until `until`.
World one_in_three(Instant until) {
  return [until](Instant sent) {
    const bool lost = sent >= kT0 && sent < until && (sent.ns / 100'000'000) % 3 == 0;
    return lost ? Fate{Outcome::refused, 1ms} : Fate{};
  };
}

Finding judged(RunRecord record, const std::string& who = "api.read.new") {
  record.scenario.slos = {slo(SliRef::Kind::served_again, who, who + ".served_again", 5s)};
  return finding(judge(record), who + ".served_again");
}

}  // namespace

TEST_CASE("who was not hurt is served from T0 on") {
  const Finding never = judged(run_with(all_good()));
  CHECK(never.time == Bounds{0s, Duration(0s)});
  CHECK(never.judgement == Judgement::pass);
}

TEST_CASE("served again from the first of 20 good requests in a row on, whatever fails later") {
  const World twice = both(down(after_t0(50ms), after_t0(1250ms)), down(after_t0(9950ms), after_t0(10050ms)));
  CHECK(judged(run_with(twice)).time == Bounds{1199ms, Duration(1300ms)});
  // 18 good ones between are too few.
  const World soon = both(down(after_t0(50ms), after_t0(1250ms)), down(after_t0(3050ms), after_t0(3150ms)));
  CHECK(judged(run_with(soon)).time == Bounds{3099ms, Duration(3200ms)});
}

TEST_CASE("a way that is never taken away fails its SLO, though no outage is long") {
  const auto both_slos = [](Instant until) {
    RunRecord record = run_with(one_in_three(until));
    record.scenario.slos = {slo(SliRef::Kind::served_again, "api.read.new", "api.read.new.served_again", 5s),
                            slo(SliRef::Kind::longest_outage, "api.read.new", "api.read.new.longest_outage", 1s)};
    return judge(record);
  };
  CHECK(finding(both_slos(after_t0(3s)), "api.read.new.served_again").judgement == Judgement::pass);
  const Verdict never = both_slos(kEnd + Duration(9s));
  CHECK(finding(never, "api.read.new.longest_outage").judgement == Judgement::pass);
  CHECK(finding(never, "api.read.new.served_again").judgement == Judgement::fail);
  CHECK_FALSE(finding(never, "api.read.new.served_again").time->upper);
}

TEST_CASE("api: the prober that is served again last") {
  RunRecord record = run_with(down(after_t0(50ms), after_t0(1050ms)));
  add_prober(record, prober_info("api.write"), down(after_t0(50ms), after_t0(4050ms)));
  CHECK(judged(record, "api").time == Bounds{3999ms, Duration(4100ms)});
}
