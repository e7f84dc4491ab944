// What the log of an etcd member says of leaders, from lines as etcd 3.6 writes them and the kubelet keeps them.
#include "cluster/etcd_log.hpp"

#include <catch2/catch.hpp>

#include "support/fake_runner.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

std::string line(const std::string& message, const std::string& at = "2026-01-31T12:00:00.123456Z") {
  return R"(2026-01-31T12:00:00.123999999Z stderr F {"level":"info","ts":")" + at +
         R"(","logger":"raft","caller":"v3@v3.6.0/raft.go:1","msg":")" + message + "\"}\n";
}

constexpr std::int64_t kAt = 1769860800'123456000;

}  // namespace

TEST_CASE("a member says that it leads, and that it lost a leader") {
  const auto lines =
      read_etcd_lines(line("d60ae0bd5f0ba8fd became pre-candidate at term 2") +
                      line("raft.node: 1b lost leader d60ae0bd5f0ba8fd at term 3") +
                      line("1b became leader at term 3") + line("raft.node: 1b changed leader from a to b at term 4"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].kind == EtcdLogLine::Kind::lost);
  CHECK(lines[0].member == "27");
  CHECK(lines[0].leader == "15423386977831725309");
  CHECK(lines[0].term == 3);
  CHECK(lines[0].realtime_ns == kAt);
  CHECK(lines[1].kind == EtcdLogLine::Kind::leads);
  CHECK(lines[1].member == "27");
  CHECK(lines[2].kind == EtcdLogLine::Kind::lost);
  CHECK(lines[2].leader == "10");
}

TEST_CASE("lines of another form are left out") {
  CHECK(read_etcd_lines("").empty());
  CHECK(read_etcd_lines("became leader at term 3\n").empty());
  CHECK(read_etcd_lines(line("1b became leader at term 99999999999999999999")).empty());
  CHECK(read_etcd_lines(line("11111111111111111 became leader at term 3")).empty());
  CHECK(read_etcd_lines(line("1b became leader at term 3", "yesterday")).empty());
  CHECK(read_etcd_lines(line("1b became leader at term 3", "9999-01-31T12:00:00Z")).empty());
  CHECK(read_etcd_lines(line("x 1b became leader at term 3")).empty());
  CHECK(read_etcd_lines(line(std::string(100'000, 'a') + " became leader at term 3")).empty());
  CHECK(read_etcd_lines(R"({"msg": "1b became leader at term 3", "ts": "2026-01-31T12:00:00Z")").empty());
}

TEST_CASE("the log is read in the node; a node that does not answer is an error") {
  FakeRunner runner;
  Docker docker(runner);
  runner.on("cp1 sh -c ", line("1b became leader at term 3"));
  const auto lines = read_etcd_log(docker, "cp1", Interrupt());
  REQUIRE(lines.ok());
  CHECK(lines->size() == 1);
  CHECK(runner.ran("/var/log/pods/kube-system_etcd-"));
  CHECK_FALSE(read_etcd_log(docker, "cp2", Interrupt()).ok());
}
