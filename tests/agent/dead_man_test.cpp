// The real executable, and what becomes of its faults when whoever gave the order is gone.
#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/idle_child.hpp"
#include "agent/proc.hpp"
#include "process/channel.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::agent;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

using Json = nlohmann::ordered_json;

constexpr auto kLongest = 20s;

/// An agent with its journal in `folder`, spoken to line by line.
class Agent {
 public:
  explicit Agent(const TemporaryFolder& folder) {
    Command command{{HADRILL_AGENT}, Duration::zero()};
    command.environment["HADRILL_AGENT_STATE"] = folder.path.string();
    auto channel = Channel::start(command);
    REQUIRE(channel.ok());
    channel_ = std::move(*channel);
  }
  Json next() {
    std::size_t end = 0;
    while ((end = waiting_.find('\n')) == std::string::npos) {
      pollfd entry{channel_->output(), POLLIN, 0};
      REQUIRE(poll(&entry, 1, 20'000) == 1);
      std::array<char, 4096> piece{};
      const ssize_t size = read(channel_->output(), piece.data(), piece.size());
      REQUIRE(size > 0);
      waiting_.append(piece.data(), static_cast<std::size_t>(size));
    }
    const Json line = Json::parse(waiting_.substr(0, end));
    waiting_.erase(0, end + 1);
    return line;
  }
  Json ask(const Json& request) {
    const std::string line = request.dump() + "\n";
    REQUIRE(write(channel_->input(), line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    return next();
  }
  Json pause(const char* program, int ttl_ms) {
    return ask({{"verb", "inject"},
                {"id", "f"},
                {"effect", "process.pause"},
                {"parameters", {{"program", program}}},
                {"ttlMs", ttl_ms}});
  }
  Channel& channel() { return *channel_; }

 private:
  std::unique_ptr<Channel> channel_;
  std::string waiting_;
};

/// The agents that this program started, and no others: a node's are visible from its host.
std::vector<ProcessInfo> own_agents() {
  auto found = find_processes("hadrill-agent");
  std::erase_if(found, [](const ProcessInfo& process) {
    const std::string status = read_proc_file("/proc/" + std::to_string(process.pid) + "/status");
    return status.find("\nPPid:\t" + std::to_string(getpid()) + "\n") == std::string::npos;
  });
  REQUIRE(found.size() == 1);
  return found;
}

bool stands_still(const IdleChild& child) { return stat_of(child.pid())->state == "T"; }

}  // namespace

TEST_CASE("when the channel is lost, everything is undone before the agent ends") {
  const IdleChild child("hadrill-idle-eof");
  const TemporaryFolder folder;
  Agent agent(folder);
  REQUIRE(agent.pause("hadrill-idle-eof", 600'000).at("ok") == true);
  REQUIRE(stands_still(child));
  agent.channel().close_input();
  REQUIRE(agent.channel().wait_for_end(kLongest));
  CHECK(agent.channel().exit_code() == 0);
  CHECK_FALSE(stands_still(child));
}

TEST_CASE("when its time is over, a fault is undone and told, though nobody asked") {
  const IdleChild child("hadrill-idle-ttl");
  const TemporaryFolder folder;
  Agent agent(folder);
  REQUIRE(agent.pause("hadrill-idle-ttl", 300).at("ok") == true);
  const Json told = agent.next();
  CHECK(told == Json({{"event", "healed"}, {"why", "its time was over"}, {"id", "f"}, {"trouble", ""}}));
  CHECK_FALSE(stands_still(child));
  CHECK(agent.ask({{"verb", "status"}}).at("faults").empty());
}

TEST_CASE("what a killed agent left is undone by the next one, before its first answer") {
  const IdleChild child("hadrill-idle-killed");
  const TemporaryFolder folder;
  {
    Agent first(folder);
    REQUIRE(first.pause("hadrill-idle-killed", 600'000).at("ok") == true);
    for (const ProcessInfo& process : own_agents()) kill(process.pid, SIGKILL);
    REQUIRE(first.channel().wait_for_end(kLongest));
    REQUIRE(stands_still(child));
  }
  Agent second(folder);
  const Json told = second.ask({{"verb", "status"}});
  CHECK(told.at("event") == "healed");
  CHECK(told.at("why") == "its agent was gone");
  CHECK(second.next().at("faults").empty());
  CHECK_FALSE(stands_still(child));
}

TEST_CASE("the mode for the start of a node undoes what the journal says, and ends") {
  const IdleChild child("hadrill-idle-boot");
  const TemporaryFolder folder;
  {
    Agent first(folder);
    REQUIRE(first.pause("hadrill-idle-boot", 600'000).at("ok") == true);
    for (const ProcessInfo& process : own_agents()) kill(process.pid, SIGKILL);
    REQUIRE(first.channel().wait_for_end(kLongest));
  }
  Command command{{HADRILL_AGENT, "heal"}, Duration::zero()};
  command.environment["HADRILL_AGENT_STATE"] = folder.path.string();
  auto heal = Channel::start(command);
  REQUIRE(heal.ok());
  REQUIRE((*heal)->wait_for_end(kLongest));
  CHECK((*heal)->exit_code() == 0);
  CHECK_FALSE(stands_still(child));
}

TEST_CASE("a worker dies with its agent, and a held process may live again") {
  const IdleChild child("hadrill-idle-held");
  const TemporaryFolder folder;
  Agent agent(folder);
  REQUIRE(agent
              .ask({{"verb", "inject"},
                    {"id", "f"},
                    {"effect", "process.kill"},
                    {"parameters", {{"program", "hadrill-idle-held"}, {"hold", true}}},
                    {"ttlMs", 600'000}})
              .at("ok") == true);
  {
    const IdleChild successor("hadrill-idle-held", OnTerm::ends, false);
    // WNOWAIT: its owner reaps it.
    siginfo_t ended{};
    REQUIRE(waitid(P_PID, static_cast<id_t>(successor.pid()), &ended, WEXITED | WNOWAIT) == 0);
    CHECK(ended.si_status == SIGKILL);
  }
  for (const ProcessInfo& process : own_agents()) kill(process.pid, SIGKILL);
  REQUIRE(agent.channel().wait_for_end(kLongest));
  const IdleChild survivor("hadrill-idle-held");
  usleep(300'000);  // several times the interval in which it would be killed
  CHECK(find_processes("hadrill-idle-held").size() == 1);
}

TEST_CASE("a request that is too long ends the conversation, and what was in force is undone") {
  const IdleChild child("hadrill-idle-long");
  const TemporaryFolder folder;
  Agent agent(folder);
  REQUIRE(agent.pause("hadrill-idle-long", 600'000).at("ok") == true);
  const std::string piece(65536, 'x');
  for (int i = 0; i < 32 && !agent.channel().exit_code(); ++i) {
    pollfd entry{agent.channel().input(), POLLOUT, 0};
    if (poll(&entry, 1, 20'000) != 1) break;
    if (write(agent.channel().input(), piece.data(), piece.size()) < 0 && errno != EAGAIN) break;
  }
  CHECK(agent.next().at("error") == "a request is at most 1 MiB");
  REQUIRE(agent.channel().wait_for_end(kLongest));
  CHECK_FALSE(stands_still(child));
}
