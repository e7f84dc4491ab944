#include <catch2/catch.hpp>
#include <csignal>

#include "agent/cgroup.hpp"
#include "agent/choose.hpp"
#include "agent/idle_child.hpp"
#include "agent/requests.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::agent;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

/// An agent with a journal of its own; its input never ends.
struct Bench {
  TemporaryFolder folder;
  FaultBook book{Journal(folder.path)};

  Json ask(const Json& request) { return answer(request.dump(), book, -1); }
  Json inject(const std::string& effect, const Json& parameters) {
    return ask({{"verb", "inject"}, {"id", "f"}, {"effect", effect}, {"parameters", parameters}, {"ttlMs", 60000}});
  }
};

}  // namespace

TEST_CASE("a process is found by the base name of argv[0], oldest first") {
  const IdleChild first("/opt/hadrill-idle-a");
  const IdleChild other("/opt/hadrill-idle-b");
  const auto found = find_processes("hadrill-idle-a");
  REQUIRE(found.size() == 1);
  CHECK(found[0].pid == first.pid());
  CHECK(found[0].start_ticks > 0);
}

TEST_CASE("a kill is proven and bracketed by two readings of the clock") {
  const IdleChild child("hadrill-idle-kill");
  Bench bench;
  const std::int64_t before = monotonic_ns();
  const Json said = bench.inject("process.kill", {{"program", "hadrill-idle-kill"}, {"waitMs", 5000}});
  REQUIRE(said.at("ok") == true);
  CHECK(said.at("evidence").at("pid") == child.pid());
  CHECK(said.at("beforeNs") >= before);
  CHECK(said.at("afterNs") > said.at("beforeNs"));
  CHECK(said.at("afterNs") <= monotonic_ns());
  CHECK(find_processes("hadrill-idle-kill").empty());
  CHECK(bench.ask({{"verb", "prove"}, {"id", "f"}}).at("ok") == true);
  CHECK(bench.ask({{"verb", "heal"}, {"id", "f"}}).at("ok") == true);
}

TEST_CASE("a process that is told to stop is hit when it is told, however long it takes to end") {
  const IdleChild child("hadrill-idle-slow", OnTerm::slow);
  Bench bench;
  const Json said =
      bench.inject("process.kill", {{"program", "hadrill-idle-slow"}, {"signal", SIGTERM}, {"waitMs", 20000}});
  REQUIRE(said.at("ok") == true);
  const auto ended_after_ms = said.at("evidence").at("endedAfterMs").get<std::int64_t>();
  CHECK(ended_after_ms >= 300);
  CHECK(said.at("afterNs").get<std::int64_t>() - said.at("beforeNs").get<std::int64_t>() < ended_after_ms * 1'000'000);
  CHECK(find_processes("hadrill-idle-slow").empty());
}

TEST_CASE("a process that survives the signal is not called killed") {
  const IdleChild child("hadrill-idle-deaf", OnTerm::deaf);
  Bench bench;
  const Json said =
      bench.inject("process.kill", {{"program", "hadrill-idle-deaf"}, {"signal", SIGTERM}, {"waitMs", 50}});
  CHECK(said.at("ok") == false);
  CHECK(said.at("error") == "still alive 50 ms after the signal");
  CHECK(bench.book.status().empty());
}

TEST_CASE("another process with the same pid is not touched") {
  const IdleChild child("hadrill-idle-same");
  ProcessInfo stale = find_processes("hadrill-idle-same").at(0);
  --stale.start_ticks;
  Steadfast patience;
  const KillProof proof = kill_process(stale, SIGKILL, patience, 10ms);
  CHECK_FALSE(proof.gone);
  CHECK(proof.trouble == "the process ended before the signal was sent");
  CHECK_FALSE(send_signal(stale, SIGSTOP).ok());
  CHECK(find_processes("hadrill-idle-same").size() == 1);
}

TEST_CASE("a paused process stands still until it is healed, and its state is what the kernel says") {
  const IdleChild child("hadrill-idle-pause");
  Bench bench;
  const auto state = [&] { return stat_of(child.pid())->state; };
  const Json said = bench.inject("process.pause", {{"program", "hadrill-idle-pause"}});
  REQUIRE(said.at("ok") == true);
  CHECK(state() == "T");
  CHECK(bench.ask({{"verb", "prove"}, {"id", "f"}}).at("evidence").at("state") == "stopped");
  SECTION("a second fault on it is refused, and does not undo the first") {
    const Json again = bench.ask({{"verb", "inject"},
                                  {"id", "g"},
                                  {"effect", "process.pause"},
                                  {"parameters", {{"program", "hadrill-idle-pause"}}},
                                  {"ttlMs", 1000}});
    CHECK(again.at("error") == "hadrill-idle-pause is stopped already, and not by this fault");
    CHECK(state() == "T");
  }
  SECTION("somebody else continued it: it is not in force any more") {
    kill(child.pid(), SIGCONT);
    CHECK(bench.ask({{"verb", "prove"}, {"id", "f"}}).at("ok") == false);
  }
  const Json healed = bench.ask({{"verb", "heal"}, {"id", "f"}});
  REQUIRE(healed.at("ok") == true);
  CHECK(healed.at("evidence").at("samePid") == true);
  CHECK(state() != "T");
  CHECK(bench.ask({{"verb", "heal"}, {"id", "f"}}).at("evidence").at("alreadyHealed") == true);
}

TEST_CASE("an absent process and a bad request are refusals in words, and leave nothing") {
  Bench bench;
  const Json none = {{"program", "hadrill-idle-none"}};
  CHECK(bench.inject("process.kill", none).at("error") == "no process hadrill-idle-none on this node");
  CHECK(bench.inject("process.pause", none).at("error") == "no process hadrill-idle-none on this node");
  CHECK(bench.ask({{"verb", "resolve"}, {"program", "hadrill-idle-none"}}).at("processes").empty());
  CHECK(bench.ask({{"verb", "dance"}}).at("error") == "unknown verb dance");
  CHECK(bench.inject("process.dance", none).at("error") == "unknown effect process.dance");
  CHECK(bench.inject("process.kill", {{"program", "x"}, {"signal", 900}}).at("error") == "no such signal");
  CHECK(bench.inject("process.kill", Json::object()).at("error") == "neither a program nor a pod is named");
  CHECK(bench.inject("static-pod.remove", {{"manifest", "../x"}}).at("ok") == false);
  CHECK(bench.inject("unit.stop", {{"unit", "sshd"}}).at("error") == "no unit sshd to stop");
  for (const char* line : {"", "{", "[]", "7", "{\"verb\":5}", "{\"verb\":\"inject\"}", "\xff\xfe",
                           "{\"verb\":\"inject\",\"id\":\"../x\",\"effect\":\"process.kill\",\"ttlMs\":1}",
                           "{\"verb\":\"inject\",\"id\":\"x\",\"effect\":\"process.kill\",\"ttlMs\":0}"}) {
    INFO(line);
    CHECK(answer(line, bench.book, -1).at("ok") == false);
  }
  CHECK(bench.book.status().empty());
}

TEST_CASE("hello tells the protocol and the shared clock, and an answer repeats its number") {
  Bench bench;
  const Json said = bench.ask({{"verb", "hello"}, {"n", 7}});
  CHECK(said.at("protocol") == 2);
  CHECK(said.at("n") == 7);
  CHECK(said.at("monotonicNs") <= monotonic_ns());
}

TEST_CASE("a control group is found in what v1 and v2 write") {
  const std::string v1 = "12:freezer:/kubelet/pod1/c\n3:cpu,cpuacct:/x\n0::/\n";
  CHECK(path_in(v1, "freezer") == "/kubelet/pod1/c");
  CHECK(path_in(v1, "cpuacct") == "/x");
  CHECK(path_in("0::/kubelet.slice/a.scope\n", "freezer") == "/kubelet.slice/a.scope");
  CHECK(path_in("nonsense", "freezer").empty());
}
