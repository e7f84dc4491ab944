// The guard as a process of its own, beside a stand-in for a run, with a docker command that only writes down what it
// is asked. What kills the run must not reach the guard.
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "base/file.hpp"
#include "fault/host_journal.hpp"
#include "process/channel.hpp"
#include "process/children.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A guard has 5 s by contract and needs a tenth of that; a starved machine may need more.
constexpr auto kPatience = 20s;

struct Bench {
  TemporaryFolder folder;
  fs::path engine = folder.path / "engine";
  fs::path cluster = folder.path / "hadrill" / "clusters" / "c";
  HostJournal journal = HostJournal::of_cluster(cluster);
  std::map<std::string, std::string> environment;
  std::unique_ptr<Channel> run;
  std::string pid;

  Bench() {
    fs::create_directories(folder.path / "bin");
    fs::create_directories(cluster);
    fs::create_symlink(HADRILL_FAKE_DOCKER, folder.path / "bin" / "docker");
    for (const auto& [name, text] : {std::pair("state", "running"), std::pair("address", "10.0.0.2"),
                                     std::pair("starts", "1"), std::pair("role", "worker")})
      REQUIRE(write_file(engine / name, std::string(text) + "\n").ok());
    environment = {{"PATH", (folder.path / "bin").string() + ":/usr/bin:/bin"},
                   {"FAKE_DOCKER", engine.string()},
                   {"XDG_STATE_HOME", folder.path.string()},
                   {"XDG_CACHE_HOME", folder.path.string()}};
  }

  /// Starts a run that makes the fault; it is its own guard program.
  void start(const std::string& fault, const std::string& ttl) {
    const std::string driver = HADRILL_ENGINE_DRIVER;
    Command command{{"/bin/sh", "-c", "echo $$; exec \"$@\"", "sh", driver, "c", driver, fault, "n1", "f1", ttl}, 0s};
    command.environment = environment;
    auto started = Channel::start(command);
    REQUIRE(started.ok());
    run = std::move(*started);
    pid = line();
  }
  /// The next line that the run prints.
  std::string line() {
    std::string text;
    const Instant give_up = MonotonicClock().now() + kPatience;
    for (char c = 0; MonotonicClock().now() < give_up;) {
      const ssize_t size = read(run->output(), &c, 1);
      if (size == 1 && c == '\n') return text;
      if (size == 1) text += c;
      if (size == 0) break;
      if (size < 0) Interrupt::never().wait_for(1ms);
    }
    return text;
  }
  void say(const std::string& text) {
    REQUIRE(write(run->input(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void kill_run() const { REQUIRE(kill(-std::stoi(pid), SIGKILL) == 0); }

  static std::string content(const fs::path& path) {
    const auto text = read_file(path);
    return text.ok() ? *text : "";
  }
  std::string state() const { return content(engine / "state"); }
  std::string asked() const { return content(engine / "asked"); }
  std::string log() const { return content(cluster / "guard.log"); }
  /// What the guard that wrote the log is called; "" before it wrote anything.
  std::string guard_pid() const {
    std::istringstream in(log());
    std::string word;
    while (in >> word && word != "guard") continue;
    in >> word;
    return word.substr(0, word.find(':'));
  }
};

template <typename Condition>
bool soon(const Condition& condition) {
  const Instant give_up = MonotonicClock().now() + kPatience;
  while (!condition() && MonotonicClock().now() < give_up) Interrupt::never().wait_for(10ms);
  return condition();
}

}  // namespace

TEST_CASE("a guard heals what a killed run broke, and ends") {
  Bench bench;
  const bool paused = GENERATE(false, true);
  bench.start(paused ? "node.pause" : "node.kill", "60s");
  REQUIRE(bench.line().starts_with("proven "));
  REQUIRE(bench.state() == (paused ? "paused\n" : "exited\n"));
  REQUIRE(bench.journal.read().size() == 1);
  bench.kill_run();
  CHECK(soon([&] { return bench.state() == "running\n"; }));
  CHECK(soon([&] { return bench.journal.read().empty(); }));
  CHECK(bench.log().find("the harness is gone: node.") != std::string::npos);
  CHECK(ends(bench.guard_pid(), kPatience));
}

TEST_CASE("a guard heals what a run left when it went, without being killed") {
  Bench bench;
  bench.start("node.kill", "60s");
  REQUIRE(bench.line().starts_with("proven "));
  bench.run->end(kPatience);
  CHECK(soon([&] { return bench.state() == "running\n" && bench.journal.read().empty(); }));
}

TEST_CASE("a guard heals a fault whose time is over, and the run is told") {
  Bench bench;
  bench.start("node.kill", "3s");
  REQUIRE(bench.line().starts_with("proven "));
  CHECK(soon([&] { return bench.journal.read().empty(); }));
  CHECK(bench.state() == "running\n");
  bench.say("prove\nheal\n");
  CHECK(bench.line().find("no fault f1 is in force") != std::string::npos);
  CHECK(bench.line().find("\"alreadyHealed\":true") != std::string::npos);
}

TEST_CASE("a guard has nothing to do after a run that healed and said goodbye") {
  Bench bench;
  bench.start("node.pause", "60s");
  REQUIRE(bench.line().starts_with("proven "));
  bench.say("heal\n");
  CHECK(bench.line().starts_with("healed "));
  CHECK(bench.line().starts_with("whole "));
  bench.run->end(kPatience);
  CHECK(bench.run->exit_code() == 0);
  CHECK(bench.log().empty());
  CHECK(bench.asked() == "pause 0123456789abcdef\nunpause 0123456789abcdef\n");
}

TEST_CASE("a kill that was under way when the run died does not outlast it") {
  Bench bench;
  bench.environment["KILL_TAKES"] = std::string("3");
  bench.start("node.kill", "60s");
  REQUIRE(soon([&] { return bench.asked() == "kill 0123456789abcdef\n"; }));
  bench.kill_run();
  CHECK(soon([&] { return bench.journal.read().empty(); }));
  CHECK(bench.asked() == "kill 0123456789abcdef\nstart 0123456789abcdef\n");
  CHECK(bench.state() == "running\n");
}

TEST_CASE("a guard uncordons what a killed run drained, and ends the drain") {
  Bench bench;
  REQUIRE(write_file(bench.engine / "role", "control-plane\n").ok());
  SECTION("drained") {
    bench.start("node.drain", "60s");
    REQUIRE(bench.line().starts_with("proven "));
    CHECK(fs::exists(bench.engine / "cordoned"));
    bench.kill_run();
  }
  SECTION("in the middle of it") {
    bench.environment["DRAIN_TAKES"] = std::string("3");
    bench.start("node.drain", "60s");
    REQUIRE(soon([&] { return bench.asked().ends_with("drain n1\n"); }));
    bench.kill_run();
  }
  CHECK(soon([&] { return bench.journal.read().empty(); }));
  CHECK_FALSE(fs::exists(bench.engine / "cordoned"));
  CHECK(bench.asked().starts_with("cordon n1\ndrain n1\nuncordon n1\n"));
  CHECK(bench.log().find("the harness is gone: node.drain on n1 is undone") != std::string::npos);
  CHECK(ends(bench.guard_pid(), kPatience));
}

TEST_CASE("a guard uncordons a node when its time is over") {
  Bench bench;
  REQUIRE(write_file(bench.engine / "role", "control-plane\n").ok());
  bench.start("node.drain", "1s");
  REQUIRE(bench.line().starts_with("proven "));
  CHECK(soon([&] { return bench.journal.read().empty(); }));
  CHECK_FALSE(fs::exists(bench.engine / "cordoned"));
  bench.say("heal\n");
  CHECK(bench.line().find("\"alreadyHealed\":true") != std::string::npos);
}
