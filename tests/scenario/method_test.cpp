// What steps have to do with each other: healing, time to live, lost quorum, overlaps; and what stops a run early.
#include <fmt/format.h>

#include "sample.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// An inject step with more keys, lines 10 and 11 of the file when it is the first.
std::string inject(const std::string& id, const std::string& more = "") {
  return "  - id: " + id + "\n    inject: {fault: process.pause, target: {role: etcd, select: one}" + more + "}\n";
}

const std::string kObserve = "  - observe: 60s\n";
const std::string kRecover = "  - observe: {until: recovered, atLeast: 10s, timeout: 3m}\n";

std::vector<Step> method_of(const std::string& steps) { return load_good(sample_with_method(steps)).method; }

Lines problems_in(const std::string& steps) { return problems_of(sample_with_method(steps)); }

Duration ttl_of(const std::string& steps) { return std::get<InjectStep>(method_of(steps)[0]).ttl; }

}  // namespace

TEST_CASE("a heal step names the step whose fault it undoes") {
  const auto method = method_of(inject("a") + inject("b", ", overlap: allowed") + kObserve +
                                "  - {id: undo, heal: a}\n" + kObserve + "  - heal: b\n");
  CHECK(std::get<HealStep>(method[3]) == HealStep{"undo", "a"});
  CHECK(std::get<HealStep>(method[5]) == HealStep{"step-6", "b"});
  CHECK(std::get<InjectStep>(method[1]).overlapping);
  CHECK_FALSE(std::get<InjectStep>(method[0]).overlapping);
}

TEST_CASE("only what is broken can be healed") {
  CHECK(problems_in(inject("kill") + "  - heal: kil\n" + kObserve) ==
        Lines{"12:11: unknown step \"kil\"; did you mean \"kill\"? allowed: kill"});
  CHECK(problems_in(kObserve + "  - heal: kill\n") == Lines{"11:11: unknown step \"kill\"; allowed: none"});
  CHECK(problems_in(inject("a") + kObserve + "  - heal: a\n  - heal: a\n") ==
        Lines{"14:11: step \"a\" is healed by method[2] already; allowed: none"});
  CHECK(problems_in(inject("a") + "  - heal: b\n" + inject("b") + kObserve) ==
        Lines{"12:11: step \"b\" is injected only later, by method[2]; allowed here: a"});
  CHECK(problems_in(inject("a") + kObserve + "  - heal: step-2\n") ==
        Lines{"13:11: step \"step-2\" breaks nothing that could be healed; allowed: a"});
  CHECK(problems_in(inject("a") + kObserve + "  - {id: me, heal: me}\n") ==
        Lines{"13:20: step \"me\" breaks nothing that could be healed; allowed: a"});
  CHECK(problems_in(inject("a") + kObserve + "  - heal: [a]\n") ==
        Lines{"13:11: heal is a list; expected the id of an earlier inject step"});
  CHECK(problems_in(inject("a") + "  - heal: a\n") ==
        Lines{"10:5: no observe step follows the last inject, so nothing would be measured; add one, e.g. - observe: "
              "{until: recovered, timeout: 2m}"});
}

TEST_CASE("a fault lives as long as it may take to its heal step, or to the end, and two minutes more") {
  CHECK(ttl_of(inject("a") + kObserve) == 3min);
  CHECK(ttl_of(inject("a") + kObserve + kRecover) == 6min);
  CHECK(ttl_of(inject("a") + kObserve + "  - heal: a\n" + kRecover) == 3min);
  CHECK(ttl_of(inject("a", ", ttl: 1m") + kObserve + "  - heal: a\n" + kRecover) == 1min);
  CHECK(ttl_of(inject("a", ", ttl: 1h") + kObserve) == 1h);
  CHECK(ttl_of(inject("a") + "  - observe: 59m30s\n") == 1h);
}

TEST_CASE("a time to live that is too short, or that no clock should count") {
  CHECK(problems_in(inject("a", ", ttl: 59s") + kObserve + "  - heal: a\n") ==
        Lines{"11:76: ttl is 59s, but it may take 1m until method[2] heals it; allowed: at least 1m"});
  CHECK(problems_in(inject("a", ", ttl: 2m") + kObserve + kRecover) ==
        Lines{"11:76: ttl is 2m, but it may take 4m until the method ends; allowed: at least 4m"});
  CHECK(problems_in(inject("a", ", ttl: 999ms") + kObserve) == Lines{"11:76: ttl is 999ms; allowed: 1s to 1h"});
  CHECK(problems_in(inject("a", ", ttl: 61m") + kObserve) == Lines{"11:76: ttl is 1h1m; allowed: 1s to 1h"});
  CHECK(problems_in(inject("a", ", ttl: 90") + kObserve) ==
        Lines{"11:76: ttl is 90, a number; write a unit, e.g. 90s"});
  CHECK(problems_in(inject("a", ", ttl: 1h") + "  - observe: 50m\n  - observe: 50m\n") ==
        Lines{"10:3: the scenario may take 1h40m20s of hold and observe time; allowed: at most 1h"});
}

TEST_CASE("whoever expects to lose quorum shows how it comes back") {
  const std::string lossy = inject("a", ", expect: quorum-loss");
  CHECK(std::get<InjectStep>(method_of(lossy + kRecover)[0]).expect_quorum_loss);
  CHECK(std::get<InjectStep>(method_of(lossy + kObserve + "  - heal: a\n")[0]).expect_quorum_loss);
  CHECK(problems_in(lossy + kObserve) ==
        Lines{"11:79: expect is quorum-loss, but no later step brings the quorum back; add one, e.g. - heal: a or - "
              "observe: {until: recovered, timeout: 3m}"});
  CHECK(problems_in(kRecover + lossy + kObserve).size() == 1);
  CHECK(problems_in(inject("a", ", expect: mercy") + kRecover) ==
        Lines{"11:79: unknown expect \"mercy\"; allowed: quorum-loss"});
  CHECK(problems_in(inject("a", ", overlap: yes") + kRecover) ==
        Lines{"11:80: unknown overlap \"yes\"; allowed: refused, allowed"});
}

TEST_CASE("stop conditions") {
  const auto with = [](const std::string& conditions) { return kSample + "stopConditions:\n" + conditions; };
  using When = StopCondition::When;
  CHECK(load_good(kSample).stop_conditions.empty());
  CHECK(load_good(with("  - {when: etcd.quorum-lost, for: 30s}\n  - {when: api.unavailable, for: 1h}\n"))
            .stop_conditions == std::vector<StopCondition>{{When::etcd_quorum_lost, 30s}, {When::api_unavailable, 1h}});
  CHECK(problems_of(with("  - {when: etcd.quorum_lost, for: 30s}\n")) ==
        Lines{"16:12: unknown when \"etcd.quorum_lost\"; did you mean \"etcd.quorum-lost\"? allowed: "
              "etcd.quorum-lost, api.unavailable"});
  CHECK(problems_of(with("  - {when: api.unavailable}\n")) ==
        Lines{"16:5: missing key \"for\"; expected a duration such as 1m30s, 15s or 250ms"});
  CHECK(problems_of(with("  - {when: api.unavailable, for: 0s}\n")) == Lines{"16:34: for is 0s; allowed: 1s to 1h"});
  CHECK(problems_of(with("  - {when: api.unavailable, for: 1s}\n  - {when: api.unavailable, for: 2s}\n")) ==
        Lines{"17:12: api.unavailable is a stop condition already; keep one"});
  CHECK(problems_of(kSample + "stopConditions: 30s\n") ==
        Lines{"15:17: stopConditions is \"30s\"; expected a list of stop conditions"});
}
