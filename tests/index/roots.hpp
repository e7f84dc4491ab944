// Roots of runs in a few words.
#pragma once

#include <fmt/format.h>

#include "index/entry.hpp"
#include "page/stories.hpp"
#include "trend/trials.hpp"

namespace hadrill::test {

/// When trial `number` of a night began: night 0 is the first of January, trials are half an hour apart.
inline std::string night_utc(int night, int number) {
  const int minutes = 60 + number * 30;
  return fmt::format("2027-01-{:02}T{:02}:{:02}:00.000Z", 1 + night, minutes / 60, minutes % 60);
}

/// One judged trial of `scenario` on `topology` that was down for `lower` to `lower` + 200 ms, budget 5 s.
inline index::Entry entry(const std::string& scenario, const std::string& topology, const std::string& utc,
                          Duration lower, Judgement judgement = Judgement::pass) {
  index::Entry out;
  trend::StoredTrial stored = trial(0, lower, lower + 200ms);
  stored.scenario = out.scenario = scenario;
  stored.topology = out.topology = topology;
  stored.started_utc = out.started_utc = utc;
  stored.directory = out.directory =
      scenario + "/" + utc.substr(0, 4) + utc.substr(5, 2) + utc.substr(8, 5) + utc.substr(14, 2) + "00Z";
  stored.seed = 42;
  out.seed = 42;
  stored.judgement = judgement;
  stored.slos.front().judgement = judgement;
  out.stored = std::move(stored);
  out.report = true;
  return out;
}

inline index::Entry without_verdict(index::Entry entry, const std::string& why) {
  entry.stored.reset();
  entry.report = false;
  entry.why_none = why;
  return entry;
}

/// Seven nights with everything that can become of a trial.
inline index::Root nights() {
  index::Root root;
  for (int night = 0; night < 7; ++night) {
    for (int i = 0; i < 3; ++i) {
      const std::string utc = night_utc(night, i);
      root.trials.push_back(entry("apiserver-kill", "stacked", utc, night < 5 ? 900ms + i * 20ms : 3s + i * 20ms));
      root.trials.push_back(entry("etcd-leader-kill", "external-etcd", utc, 1s + i * 10ms));
      auto control = entry("known-bad", "stacked", utc, 9s, Judgement::fail);
      control.expected.fail = true;
      root.trials.push_back(control);
    }
  }
  const std::string last = night_utc(6, 4);
  root.trials.push_back(entry("etcd-leader-kill", "external-etcd", last, 6s, Judgement::fail));
  root.trials.push_back(entry("lb-kill", "nginx", last, 4900ms, Judgement::inconclusive));
  auto error = entry("node-kill", "stacked", last, 1s, Judgement::error);
  root.trials.push_back(error);
  auto aborted = entry("node-pause", "stacked", last, 1s, Judgement::aborted);
  root.trials.push_back(aborted);
  auto left = entry("disk-full", "stacked", last, 1s);
  left.stored->cleanup_incomplete = true;
  root.trials.push_back(left);
  root.trials.push_back(without_verdict(entry("node-reboot", "stacked", last, 1s), "It died or is still going on"));
  auto nowhere = without_verdict(entry("kubelet-stop", "stacked", last, 1s), "Suite nightly: the engine is gone");
  nowhere.directory.clear();
  root.trials.push_back(nowhere);
  root.trials.push_back(entry("scheduler-kill", "stacked", night_utc(1, 0), 1s));
  // From the fourth night on another machine.
  for (index::Entry& one : root.trials) {
    if (one.scenario == "etcd-leader-kill" && one.started_utc >= night_utc(3, 0)) one.stored->machine->cpus = 4;
  }
  root.suites.push_back(
      {"nightly", night_utc(6, 0), "suite-nightly/20270107T010000Z", "2 CPUs", "", 16, 10, 0, 5, true, true});
  root.suites.push_back(
      {"nightly", night_utc(5, 0), "suite-nightly/20270106T010000Z", "2 CPUs", "1/2", 9, 9, 2, 0, true, true});
  root.suites.push_back({"smoke", "", "suite-smoke/x", "", "", 0, 0, 0, std::nullopt, false, false});
  root.table = true;
  return root;
}

/// Everything that has a name has a hostile one.
inline index::Root hostile_root() {
  index::Root root;
  const auto& evil = hostile_strings();
  for (std::size_t i = 0; i < evil.size(); ++i) {
    auto one = entry(evil[i], evil[(i + 1) % evil.size()], night_utc(static_cast<int>(i), 0), 9s, Judgement::fail);
    one.directory = "javascript:window.pwned=1/" + evil[i];
    one.stored->slos.front().id = evil[(i + 2) % evil.size()];
    one.stored->machine->storage_driver = evil[i];
    root.trials.push_back(one);
    root.trials.push_back(one);
    root.trials.push_back(without_verdict(one, evil[i]));
    root.suites.push_back({evil[i], evil[i], evil[i], evil[i], evil[i], 1, 1, 0, 0, true, true});
  }
  return root;
}

/// `rows` scenarios, `trials` of them in all, one after another.
inline index::Root many(int rows, int trials) {
  index::Root root;
  for (int i = 0; i < trials; ++i) {
    const int round = i / rows;
    auto one = entry(fmt::format("scenario-{:03}", i % rows), i % rows < rows / 2 ? "stacked" : "nginx",
                     night_utc(round / 5, round % 5 * 4), 1s + Duration(1ms) * (i * 37 % 900));
    trend::Measure more = one.stored->slos.front();
    for (const char* sli : {"api.read.new.longest_outage", "redundancy.restored", "etcd.leaderless"}) {
      more.id = sli;
      one.stored->slos.push_back(more);
    }
    root.trials.push_back(std::move(one));
  }
  return root;
}

}  // namespace hadrill::test
