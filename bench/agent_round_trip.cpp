// Measures what a fault inside a node costs: a process killed by the agent over its long-lived channel, from request to
// proof, beside a bare `docker exec` of the same node that does nothing. Prints one line of JSON; times in
// milliseconds.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/duration.hpp"
#include "fault/agents.hpp"
#include "process/boost_runner.hpp"

namespace {

using namespace hadrill;
using namespace std::chrono_literals;

constexpr int kRounds = 200;
/// A program of no other use: a copy of the node's own sleep.
constexpr const char* kVictim = "/tmp/hadrill-victim";

std::string quantiles(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[std::min(times.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times.size())))];
  };
  return fmt::format(R"({{"n":{},"p50":{:.2f},"p99":{:.2f},"max":{:.2f}}})", times.size(), at(0.5), at(0.99),
                     times.back());
}

double since(Instant start) { return 1000 * seconds_of(MonotonicClock().now() - start); }

/// Error: the first step that fails.
Result<std::string> measure(const Node& node, const std::string& agent) {
  BoostRunner runner;
  Docker docker(runner);
  Agents agents(docker, agent);
  const Interrupt& interrupt = Interrupt::never();
  if (const Status installed = agents.install(node, interrupt); !installed.ok()) return installed.error();
  const auto victims =
      docker.exec(node.name,
                  {"sh", "-c",
                   fmt::format("cp $(command -v sleep) {0}; for i in $(seq {1}); do {0} 1000 >/dev/null 2>&1 & done",
                               kVictim, kRounds)},
                  {}, 30s, interrupt);
  if (!victims.ok()) return victims.error();
  std::vector<double> kills;
  std::vector<double> commands;
  for (int i = 0; i < kRounds; ++i) {
    const std::string id = fmt::format("bench-{}", i);
    const Instant asked = MonotonicClock().now();
    const auto killed = agents.ask(node,
                                   {{"verb", "inject"},
                                    {"id", id},
                                    {"effect", "process.kill"},
                                    {"parameters", {{"program", "hadrill-victim"}}},
                                    {"ttlMs", 60000}},
                                   5s, interrupt);
    if (!killed.ok()) return killed.error();
    kills.push_back(since(asked));
    const auto healed = agents.ask(node, {{"verb", "heal"}, {"id", id}}, 5s, interrupt);
    if (!healed.ok()) return healed.error();
    if (i % 10 != 0) continue;
    const Instant started = MonotonicClock().now();
    if (const auto done = docker.exec(node.name, {"true"}, {}, 30s, interrupt); !done.ok()) return done.error();
    commands.push_back(since(started));
  }
  return fmt::format(R"({{"kill":{},"dockerExec":{}}})", quantiles(kills), quantiles(commands));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: agent_round_trip CONTAINER AGENT\n";
    return 64;
  }
  const auto figures = measure({arguments[1], NodeRole::worker, arguments[1], {}, {}}, arguments[2]);
  std::cout << (figures.ok() ? *figures : figures.error().text()) << "\n";
  return figures.ok() ? 0 : 5;
}
