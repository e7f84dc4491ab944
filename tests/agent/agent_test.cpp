#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "agent/proc.hpp"
#include "agent/requests.hpp"

using namespace hadrill::agent;
using Json = nlohmann::ordered_json;

namespace {

/// A child that does nothing, under a program name of its own, ended with its owner.
class IdleChild {
 public:
  explicit IdleChild(const char* name, bool deaf = false) {
    std::array<int, 2> ready{};
    REQUIRE(pipe(ready.data()) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ready[1], 3);
      // A shell that says when it runs, then waits on a pipe nobody writes to.
      const char* script = deaf ? "trap '' TERM; echo x >&3; exec 3>&-; while :; do read -r line; done </dev/zero"
                                : "echo x >&3; exec 3>&-; while :; do read -r line; done </dev/zero";
      execl("/bin/sh", name, "-c", script, nullptr);
      _exit(127);
    }
    close(ready[1]);
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
  }
  ~IdleChild() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  IdleChild(const IdleChild&) = delete;
  IdleChild& operator=(const IdleChild&) = delete;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

Json ask(const Json& request) { return Json::parse(answer(request.dump())); }

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
  const std::int64_t before = monotonic_ns();
  const Json said = ask({{"verb", "kill"}, {"program", "hadrill-idle-kill"}, {"signal", SIGKILL}, {"waitMs", 5000}});
  REQUIRE(said.at("ok") == true);
  CHECK(said.at("pid") == child.pid());
  CHECK(said.at("beforeNs") >= before);
  CHECK(said.at("afterNs") > said.at("beforeNs"));
  CHECK(said.at("afterNs") <= monotonic_ns());
  CHECK(find_processes("hadrill-idle-kill").empty());
}

TEST_CASE("a process that survives the signal is not called killed") {
  const IdleChild child("hadrill-idle-deaf", true);
  const Json said = ask({{"verb", "kill"}, {"program", "hadrill-idle-deaf"}, {"signal", SIGTERM}, {"waitMs", 50}});
  CHECK(said.at("ok") == false);
  CHECK(said.at("error") == "still alive 50 ms after the signal");
}

TEST_CASE("another process with the same pid is not touched") {
  const IdleChild child("hadrill-idle-same");
  ProcessInfo stale = find_processes("hadrill-idle-same").at(0);
  --stale.start_ticks;
  const KillProof proof = kill_process(stale, SIGKILL, 10);
  CHECK_FALSE(proof.gone);
  CHECK(proof.trouble == "the process was replaced before the signal was sent");
  CHECK(find_processes("hadrill-idle-same").size() == 1);
}

TEST_CASE("an absent process and a bad request are refusals in words") {
  CHECK(ask({{"verb", "kill"}, {"program", "hadrill-idle-none"}, {"signal", 9}, {"waitMs", 10}}).at("error") ==
        "no process hadrill-idle-none on this node");
  CHECK(ask({{"verb", "resolve"}, {"program", "hadrill-idle-none"}}).at("processes").empty());
  CHECK(ask({{"verb", "dance"}}).at("error") == "unknown verb dance");
  CHECK(ask({{"verb", "kill"}, {"program", "x"}, {"signal", 900}, {"waitMs", 1}}).at("error") == "no such signal");
  for (const char* line : {"", "{", "[]", "7", "{\"verb\":5}", "{\"verb\":\"kill\"}", "\xff\xfe"}) {
    INFO(line);
    CHECK(Json::parse(answer(line)).at("ok") == false);
  }
}

TEST_CASE("hello tells the protocol and the shared clock") {
  const Json said = ask({{"verb", "hello"}});
  CHECK(said.at("protocol") == 1);
  CHECK(said.at("monotonicNs") <= monotonic_ns());
}
