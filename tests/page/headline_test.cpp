#include "page/headline.hpp"

#include <catch2/catch.hpp>

#include "check/nodes.hpp"
#include "report/facts.hpp"
#include "report/runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

Finding timed(Bounds time, Duration budget) {
  Finding finding;
  finding.time = time;
  finding.time_budget = budget;
  return finding;
}

std::string sentence(const RunRecord& record) { return verdict_sentence(record, judge(record)); }

}  // namespace

TEST_CASE("the verdict in one sentence") {
  auto runs = golden_runs();
  CHECK(sentence(runs["pass"]) ==
        "Every SLO was kept: after process.kill hit the API server on cp1, users were without an answer for 0.806 s to "
        "0.956 s at the longest, and full redundancy was back after 8.009 s to 9.110 s.");
  CHECK(sentence(runs["fail"]).find("SLOs missed: api.read.new.longest_outage was 3.") != std::string::npos);
  CHECK(sentence(runs["inconclusive"]).starts_with("The measurement cannot decide, and that is not a pass: "));
  CHECK(sentence(runs["aborted"]).starts_with("The run was stopped before its end, so its numbers decide nothing: "));
  CHECK(sentence(runs["error"]).starts_with("Nothing can be said about the SLOs: "));
  for (const auto& [name, record] : runs) {
    INFO(name);
    CHECK(sentence(record).ends_with("."));
  }
}

TEST_CASE("nobody hurt is said of requests that were made, never of none") {
  RunRecord record = run_with(all_good());
  CHECK(sentence(record).find("no request of its users failed") != std::string::npos);
  drop(record, [](const Sample& sample) { return sample.scheduled > kT0; });
  CHECK(sentence(record).find("no request") == std::string::npos);
  CHECK(sentence(RunRecord{}).find("no request") == std::string::npos);
}

TEST_CASE("users are all of them, and the sentence tells of those who were hurt most") {
  const auto run = [](const World& api, const World& web) {
    RunRecord record = run_with(api);
    add_prober(record, prober_info("web.balanced", 100ms, "node-load-balancer"), web);
    return sentence(record);
  };
  const World second = down(kT0, kT0 + Duration(1s));
  const World three = down(kT0, kT0 + Duration(3s));
  const std::string lost = "users were without an answer for 2.900 s to 3.100 s at the longest";
  for (const World& api : {all_good(), second}) {
    INFO(run(api, three));
    CHECK(run(api, three).find(lost + " (web.balanced), and ") != std::string::npos);
    CHECK(run(api, three).find("no request") == std::string::npos);
  }
  for (const World& web : {all_good(), second}) {
    INFO(run(three, web));
    CHECK(run(three, web).find(lost + ", and ") != std::string::npos);
    CHECK(run(three, web).find("no request") == std::string::npos);
  }
  CHECK(run(all_good(), all_good()).find("no request of its users failed") != std::string::npos);
}

TEST_CASE("where many requests failed shortly, the sentence says how many") {
  RunRecord record = run_with(all_good());
  const World flapping = [](Instant sent) {
    const bool now = sent >= kT0 && sent < kEnd - Duration(1s);
    return now && (sent - kT0) / 100ms % 2 == 0 ? Fate{Outcome::refused, 1ms} : Fate{};
  };
  add_prober(record, prober_info("web", 100ms, "service"), flapping);
  const std::string told =
      "users were without an answer for 0.000 s to 0.200 s at the longest (web), but again and again: 145 of 301 "
      "requests failed or were late, 48.2 %, and full redundancy";
  INFO(sentence(record));
  CHECK(sentence(record).find(told) != std::string::npos);
  // One outage needs no share.
  CHECK(sentence(golden_runs()["fail"]).find("again and again") == std::string::npos);
}

TEST_CASE("what was hit is named so that it can be found again") {
  CHECK(sentence(two_pods_hit()).find("after process.kill hit pod shop/web-1 on w and 1 more, ") != std::string::npos);
  RunRecord record = run_with(all_good());
  hit_instead(record, "process.kill", Json::array({{{"role", "pod"}, {"node", "w"}, {"leads", false}}}));
  CHECK(sentence(record).find("hit a pod on w, ") != std::string::npos);
}

TEST_CASE("the margin is told for the worst and for the best that the truth can be") {
  CHECK(margin_text(timed({1s, 1200ms}, 2s)) == "0.800 s to 1.000 s left");
  CHECK(margin_text(timed({0s, 0s}, 2s)) == "2.000 s left");
  CHECK(margin_text(timed({3s, 3200ms}, 2s)) == "missed by 1.000 s to 1.200 s");
  CHECK(margin_text(timed({1900ms, 2100ms}, 2s)) == "0.100 s missed to 0.100 s left");
  CHECK(margin_text(timed({1s, std::nullopt}, 2s)) == "at most 1.000 s left");
  CHECK(margin_text(timed({3s, std::nullopt}, 2s)) == "missed by at least 1.000 s");
  CHECK(margin_text(Finding{}).empty());
  CHECK(measured_text(Finding{}) == "not measured");
  Finding share;
  share.share = ShareBounds{0.92, 0.995};
  share.share_budget = 0.8;
  CHECK(margin_text(share) == "12.00 to 19.50 points left");
  share.share_budget = 0.95;
  CHECK(margin_text(share) == "3.00 points missed to 4.50 points left");
}
