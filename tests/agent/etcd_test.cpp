#include <catch2/catch.hpp>

#include "agent/base64.hpp"
#include "agent/effects/etcd_loss.hpp"

using namespace hadrill::agent;

namespace {

EtcdMember voter(const std::string& id, const std::string& name) {
  return {id, name, {"https://" + name + ":2380"}, {"https://" + name + ":2379"}, false};
}
EtcdMember unstarted(const std::string& id, const std::string& url) { return {id, "", {url}, {}, false}; }

const std::vector<EtcdMember> kThree{voter("1", "a"), voter("2", "b"), voter("3", "c")};

/// As kubeadm writes it for the first control plane.
constexpr const char* kFirst = R"(spec:
  containers:
  - command:
    - etcd
    - --advertise-client-urls=https://a:2379
    - --data-dir=/var/lib/etcd
    - --initial-advertise-peer-urls=https://a:2380
    - --initial-cluster=a=https://a:2380
    - --name=a
    image: etcd
)";

}  // namespace

TEST_CASE("etcd's answers are read as its gateway writes them") {
  const auto list = read_gateway_answer(
      R"({"header":{"member_id":"1"},"members":[{"ID":"18446744073709551615","name":"a","peerURLs":["https://a:2380"],)"
      R"("clientURLs":["https://a:2379"]},{"ID":"2","peerURLs":["https://b:2380"]},)"
      R"({"ID":"3","name":"c","peerURLs":["https://c:2380"],"clientURLs":["https://c:2379"],"isLearner":true}]})");
  REQUIRE(list.ok());
  const auto members = read_members(*list);
  REQUIRE(members.size() == 3);
  CHECK(members[0].id == "18446744073709551615");
  CHECK(members[0].is_started_voter());
  CHECK_FALSE(members[1].is_started_voter());
  CHECK_FALSE(members[2].is_started_voter());
  CHECK(members[1].has_peer_url("https://b:2380"));
  CHECK_FALSE(members[1].has_peer_url("https://b:238"));

  const auto answer = read_gateway_answer(
      R"({"header":{"cluster_id":"6","member_id":"1","revision":"77"},"leader":"2","raftTerm":"5","raftIndex":"90","raftAppliedIndex":"89"})");
  REQUIRE(answer.ok());
  const EtcdStatus status = read_status(*answer);
  CHECK(status.cluster_id == "6");
  CHECK(status.member_id == "1");
  CHECK(status.leader_id == "2");
  CHECK(status.knows_leader());
  CHECK(status.term == 5);
  CHECK(status.index == 90);
  CHECK(status.applied == 89);
  CHECK(status.revision == 77);
  CHECK_FALSE(read_status(*read_gateway_answer(R"({"header":{}})")).knows_leader());
}

TEST_CASE("the answer to a transfer of leadership is empty, and a yes") { CHECK(read_gateway_answer("{}").ok()); }

TEST_CASE("a refusal of etcd is told in its words, and what is no answer is no answer") {
  CHECK(read_gateway_answer(R"({"code":14,"message":"etcdserver: unhealthy cluster","details":[]})").error().message ==
        "etcdserver: unhealthy cluster");
  CHECK(read_gateway_answer(R"({"error":"etcdserver: no leader","code":14})").error().message ==
        "etcdserver: no leader");
  for (const char* text : {"", "404 page not found", "[]", "7", "{\"code\":5}", "{\"header\":"}) {
    INFO(text);
    CHECK_FALSE(read_gateway_answer(text).ok());
  }
}

TEST_CASE("a member may only be lost while all are started voters and the others are a majority") {
  CHECK_FALSE(why_not_lose(kThree, "1", 2).has_value());
  CHECK(why_not_lose(kThree, "1", 1).value() == "of 3 members 1 others answer, and a majority is 2");
  CHECK(why_not_lose(kThree, "9", 2).value() == "the etcd of this node is not in its own member list");
  CHECK(why_not_lose({voter("1", "a")}, "1", 0).has_value());
  // The new one of two would have to start for there to be a majority again.
  CHECK(why_not_lose({voter("1", "a"), voter("2", "b")}, "1", 1).has_value());
  CHECK(why_not_lose({kThree[0], kThree[1], unstarted("3", "https://c:2380")}, "1", 2).value() ==
        "member 3 is no started voter: etcd has no member to spare");
  auto with_learner = kThree;
  with_learner[2].learner = true;
  CHECK(why_not_lose(with_learner, "1", 2).value() == "member c is no started voter: etcd has no member to spare");
}

TEST_CASE("flags of a static pod are read from its manifest") {
  CHECK(manifest_flag(kFirst, "data-dir") == "/var/lib/etcd");
  CHECK(manifest_flag(kFirst, "initial-cluster") == "a=https://a:2380");
  CHECK(manifest_flag(kFirst, "initial-cluster-state").empty());
  CHECK(manifest_flag("- --name=last", "name") == "last");
}

TEST_CASE("a manifest is made to join, and left alone when it does already") {
  const std::vector<EtcdMember> members{kThree[1], kThree[2], unstarted("9", "https://a:2380")};
  const std::string joining = joining_manifest(kFirst, members, "9", "a");
  CHECK(manifest_flag(joining, "initial-cluster") == "b=https://b:2380,c=https://c:2380,a=https://a:2380");
  CHECK(manifest_flag(joining, "initial-cluster-state") == "existing");
  CHECK(manifest_flag(joining, "name") == "a");
  CHECK(joining.find("\n    - --initial-cluster-state=existing\n    - --name=a\n") != std::string::npos);
  // The list in another order, as etcd sorts it by ids: the same text, so that the kubelet sees no change later.
  CHECK(joining_manifest(joining, {members[2], members[0], members[1]}, "9", "a") == joining);
  CHECK(joining_manifest(joining, {members[0], members[2]}, "9", "a") != joining);
}

TEST_CASE("what is needed for the way back survives the journal") {
  const EtcdLoss loss{
      "f-1",          "18446744073709551615", "a",         "https://a:2380", {"https://b:2379", "https://c:2379"},
      "/m/etcd.yaml", "/h/f-1.etcd.yaml",     "/d/member", "/d.hadrill-f-1"};
  CHECK(read_etcd_loss(Json::parse(to_json(loss).dump())) == loss);
}

TEST_CASE("base64 is read whole or not at all") {
  CHECK(from_base64("") == "");
  CHECK(from_base64("Zg==") == "f");
  CHECK(from_base64("Zm8=") == "fo");
  CHECK(from_base64("Zm9v") == "foo");
  CHECK(from_base64("Zm9vYmE=") == "fooba");
  CHECK(from_base64("/+8A") == std::string("\xff\xef\x00", 3));
  for (const char* text : {"Z", "Zg", "Zg=", "=m9v", "Z=9v", "Zm9v\n", "Zm9 ", "Zm9v===="}) {
    INFO(text);
    CHECK_FALSE(from_base64(text).has_value());
  }
}
