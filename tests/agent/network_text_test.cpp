// What network faults write and read: rules of iptables, disciplines of tc, routes, queues. No network is touched.
#include <catch2/catch.hpp>

#include "agent/effect.hpp"
#include "agent/packet_queue.hpp"
#include "agent/packet_rules.hpp"
#include "agent/traffic_control.hpp"

using namespace hadrill::agent;
using namespace std::chrono_literals;

namespace {

constexpr const char* kRoutes =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010012AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t0001F40A\t030012AC\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "tunl0\t0002F40A\t030012AC\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "eth0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";

PacketChoice choice_of(const Json& parameters) {
  const auto choice = read_packet_choice(parameters, parse_routes(kRoutes));
  REQUIRE(choice.ok());
  return *choice;
}

std::string refusal_of(const char* effect, const Json& parameters) {
  const auto plan = find_effect(effect)->plan("f", parameters);
  REQUIRE_FALSE(plan.ok());
  return plan.error().message;
}

}  // namespace

TEST_CASE("the way out is the default route; what is routed through a peer is its pods, tunnels left out") {
  const auto routes = parse_routes(kRoutes);
  REQUIRE(routes.size() == 4);
  CHECK(*way_out(routes) == "eth0");
  CHECK(networks_behind(routes, *parse_ipv4("172.18.0.3")) == std::vector<std::string>{"10.244.1.0/24"});
  CHECK(networks_behind(routes, *parse_ipv4("172.18.0.4")).empty());
  CHECK_FALSE(way_out({}).ok());
}

TEST_CASE("rules name each peer and its pods; ports are those of either side or of this node only") {
  const PacketChoice all = choice_of({{"peers", {"172.18.0.3"}}});
  CHECK(packet_matches(all, Way::in) == std::vector<std::string>{"-s 172.18.0.3", "-s 10.244.1.0/24"});
  const PacketChoice etcd = choice_of({{"peers", {"172.18.0.4"}}, {"ports", {2379, 2380}}});
  CHECK(packet_matches(etcd, Way::out) ==
        std::vector<std::string>{"-d 172.18.0.4 -p tcp -m multiport --ports 2379,2380"});
  const PacketChoice served = choice_of({{"peers", {"172.18.0.4"}}, {"ports", {6443}}, {"served", true}});
  CHECK(packet_matches(served, Way::in) == std::vector<std::string>{"-s 172.18.0.4 -p tcp -m multiport --dports 6443"});
  CHECK(packet_matches(served, Way::out) ==
        std::vector<std::string>{"-d 172.18.0.4 -p tcp -m multiport --sports 6443"});
}

TEST_CASE("bad parameters are refused in words") {
  CHECK(refusal_of("network.rules", {{"peers", Json::array()}}) == "no peers");
  CHECK(refusal_of("network.rules", {{"peers", {"node1"}}}) == "not an IPv4 address: node1");
  CHECK(refusal_of("network.rules", {{"peers", {"10.0.0.1"}}, {"ports", {0}}}) == "no port 0");
  CHECK(refusal_of("network.rules", {{"peers", {"10.0.0.1"}}, {"ports", std::vector<int>(16, 1)}}) ==
        "at most 15 ports");
  CHECK(refusal_of("network.rules", {{"peers", {"10.0.0.1"}}, {"action", "accept"}}) ==
        "action has to be drop or reject");
  CHECK(refusal_of("network.rules", {{"peers", {"10.0.0.1"}}, {"percent", 101}}) ==
        "percent has to be more than 0, at most 100");
  CHECK(refusal_of("network.rules", {{"peers", {"10.0.0.1"}}, {"direction", "up"}}) ==
        "direction has to be both, in or out");
  CHECK(refusal_of("network.delay", {{"peers", {"10.0.0.1"}}, {"delayUs", 0}}) == "delayUs has to be 1 to 10000000");
  CHECK(refusal_of("network.delay", {{"peers", {"10.0.0.1"}}, {"delayUs", 10}, {"jitterUs", 11}}) ==
        "jitterUs has to be 0 to delayUs");
  CHECK(refusal_of("network.bandwidth", {{"kilobitsPerSecond", 7}}) == "kilobitsPerSecond has to be 8 to 10000000");
}

TEST_CASE("a chain is put and taken away in one transaction each") {
  const std::string name = chain_name("a-fault");
  CHECK(name.size() == std::string("HADRILL-").size() + 8);
  CHECK(name != chain_name("a-fault-2"));
  CHECK(putting_script({"filter", "HADRILL-1", {"INPUT", "OUTPUT"}, {"-s 10.0.0.1 -j DROP"}}) ==
        "*filter\n:HADRILL-1 - [0:0]\n-A HADRILL-1 -s 10.0.0.1 -j DROP\n-I INPUT 1 -j HADRILL-1\n"
        "-I OUTPUT 1 -j HADRILL-1\nCOMMIT\n");
}

TEST_CASE("undoing goes by what is there: nothing, half of it, jumps twice") {
  const std::string others = "-P INPUT ACCEPT -c 10 1000\n-N KUBE-FORWARD\n-A INPUT -c 0 0 -j KUBE-FORWARD\n";
  CHECK(removing_script("filter", "HADRILL-1", others).empty());
  CHECK(removing_script("filter", "HADRILL-1", others + "-N HADRILL-1\n") ==
        "*filter\n-F HADRILL-1\n-X HADRILL-1\nCOMMIT\n");
  CHECK(removing_script("filter", "HADRILL-1",
                        others + "-N HADRILL-1\n-N HADRILL-2\n-A INPUT -c 0 0 -j HADRILL-1\n-A INPUT -j HADRILL-1\n"
                                 "-A INPUT -j HADRILL-2\n-A HADRILL-1 -s 10.0.0.1/32 -c 1 2 -j DROP\n") ==
        "*filter\n-D INPUT -j HADRILL-1\n-D INPUT -j HADRILL-1\n-F HADRILL-1\n-X HADRILL-1\nCOMMIT\n");
}

TEST_CASE("a chain's state counts its rules, who jumps to it, from where, and packets that met it") {
  const std::string listing =
      "# Warning: iptables-legacy tables present, use iptables-legacy to see them\n"
      "-P INPUT ACCEPT -c 10 1000\n-N HADRILL-1\n-N HADRILL-2\n-A INPUT -c 9 900 -j HADRILL-1\n"
      "-A OUTPUT -c 0 0 -j OTHER\n-A OUTPUT -c 9 900 -j HADRILL-1\n"
      "-A HADRILL-1 -p tcp -m tcp --tcp-flags RST RST -c 5 500 -j RETURN\n"
      "-A HADRILL-1 -s 10.0.0.1/32 -c 3 300 -j DROP\n-A HADRILL-1 -d 10.0.0.1/32 -c 4 400 -j DROP\n";
  const ChainState state = chain_state("HADRILL-1", listing);
  CHECK(state.exists);
  CHECK(state.rules == 3);
  CHECK(state.jumps == 2);
  CHECK(state.first_jumps == 1);
  CHECK(state.packets == 7);
  CHECK_FALSE(chain_state("HADRILL-3", listing).exists);
  CHECK(our_chains(listing) == std::vector<std::string>{"HADRILL-1", "HADRILL-2"});
}

TEST_CASE("netem stands in a band of its own that only filters lead to") {
  const PacketChoice choice = choice_of({{"peers", {"172.18.0.4"}}, {"ports", {2380}}});
  CHECK(delaying_script("eth0", "4a01:", choice, 100ms, 20ms) ==
        "qdisc add dev eth0 root handle 4a01: prio bands 4\n"
        "qdisc add dev eth0 parent 4a01:4 netem limit 4096 delay 100000us 20000us\n"
        "filter add dev eth0 parent 4a01: protocol ip prio 1 u32 match ip dst 172.18.0.4 match ip protocol 6 0xff "
        "match ip dport 2380 0xffff flowid 4a01:4\n"
        "filter add dev eth0 parent 4a01: protocol ip prio 1 u32 match ip dst 172.18.0.4 match ip protocol 6 0xff "
        "match ip sport 2380 0xffff flowid 4a01:4\n");
}

TEST_CASE("the bucket holds at least two packets, and 10 ms") {
  CHECK(limiting_script("eth0", "4a01:", 8) ==
        "qdisc add dev eth0 root handle 4a01: tbf rate 8kbit burst 3200 latency 400ms\n");
  CHECK(limiting_script("eth0", "4a01:", 100'000).find("burst 125000 ") != std::string::npos);
}

TEST_CASE("the kernel's own root discipline is told from another") {
  CHECK(root_discipline("qdisc noqueue 0: root refcnt 2 \n").handle == "0:");
  const RootDiscipline root =
      root_discipline("qdisc prio 4a01: root refcnt 2 bands 4\nqdisc netem 8001: parent 4a01:4");
  CHECK(root.kind == "prio");
  CHECK(root.handle == "4a01:");
  CHECK(root_discipline("").handle.empty());
  CHECK(discipline_handle("f").size() == 5);
}

TEST_CASE("queues are read as the kernel lists them") {
  const auto queues = parse_queues("19000   4711    3 1     0     2     1       99  1\n");
  REQUIRE(queues.size() == 1);
  CHECK(queues[0].number == 19000);
  CHECK(queues[0].waiting == 3);
  CHECK(queues[0].dropped == 3);
  CHECK(queues[0].seen == 99);
}
