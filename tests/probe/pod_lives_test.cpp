// What ran on a node, from looks at its processes.
#include "probe/pod_lives.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace hadrill;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// A node that is looked at; what it told, in short.
class Looked {
 public:
  Looked()
      : lives_("w1", [this](const Event& event) {
          std::string line = event.type;
          for (const char* key : {"uid", "startedNs", "aliveNs", "goneNs", "fromNs", "untilNs"}) {
            if (!event.data.contains(key)) continue;
            const Json& value = event.data.at(key);
            line += value.is_string() ? " " + value.get<std::string>() : fmt_seconds(value.get<std::int64_t>());
          }
          CHECK(json_text(event.data, "/node") == "w1");
          told.push_back(line);
        }) {}

  /// A look that takes from `at` to a tenth of a second later.
  void look(std::int64_t at, std::map<std::string, std::int64_t> pods) {
    for (auto& [uid, started] : pods) started *= kSecond;
    lives_.look({at * kSecond, at * kSecond + kSecond / 10, std::move(pods)});
  }
  void lost() { lives_.lost(); }

  std::vector<std::string> told;

 private:
  static std::string fmt_seconds(std::int64_t ns) {
    return " " + std::to_string(ns / kSecond) + (ns % kSecond == 0 ? "" : ".1");
  }
  PodLives lives_;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a life begins when its process did and ends between two looks") {
  Looked node;
  node.look(10, {{"a", 3}});
  node.look(11, {{"a", 3}, {"b", 10}});
  node.look(12, {{"b", 10}});
  CHECK(node.told == Lines{"pod.runs a 3 10", "pod.runs b 10 11", "pod.ran a 3 11 12.1"});
}

TEST_CASE("a process that is made anew in the same pod is another life") {
  Looked node;
  node.look(10, {{"a", 3}});
  node.look(11, {{"a", 11}});
  CHECK(node.told == Lines{"pod.runs a 3 10", "pod.ran a 3 10 11.1", "pod.runs a 11 11"});
}

TEST_CASE("a start that is told a little differently each time is the same") {
  std::vector<std::string> told;
  PodLives lives("w1", [&](const Event& event) { told.push_back(event.type); });
  lives.look({10 * kSecond, 10 * kSecond + 1, {{"a", 3 * kSecond}}});
  lives.look({11 * kSecond, 11 * kSecond + 1, {{"a", 3 * kSecond + 211}}});
  lives.look({12 * kSecond, 12 * kSecond + 1, {{"a", 3 * kSecond - 9'000'000}}});
  CHECK(told == Lines{"pod.runs"});
  lives.look({13 * kSecond, 13 * kSecond + 1, {{"a", 3 * kSecond + 10'000'000}}});
  CHECK(told == Lines{"pod.runs", "pod.ran", "pod.runs"});
}

TEST_CASE("what cannot be seen any more may live on, and is the same when it is seen again") {
  Looked node;
  node.look(10, {{"a", 3}, {"b", 4}});
  node.look(11, {{"a", 3}, {"b", 4}});
  node.lost();
  CHECK(node.told ==
        Lines{"pod.runs a 3 10", "pod.runs b 4 10", "pods.watched 10 11.1", "pod.ran a 3 11", "pod.ran b 4 11"});
  node.told.clear();
  node.look(30, {{"a", 3}});
  node.lost();
  node.lost();  // it cannot be lost twice
  CHECK(node.told == Lines{"pod.ran b 4 11 30.1", "pods.watched 30 30.1", "pod.ran a 3 30"});
}

TEST_CASE("looks that are too far apart are a gap like a lost one") {
  Looked node;
  node.look(10, {{"a", 3}});
  node.look(20, {{"a", 3}});
  CHECK(node.told == Lines{"pod.runs a 3 10", "pods.watched 10 10.1", "pod.ran a 3 10"});
  node.lost();
  CHECK(node.told.back() == "pod.ran a 3 20");
}

TEST_CASE("nothing was seen of a node that was never looked at") {
  Looked node;
  node.lost();
  CHECK(node.told.empty());
}

TEST_CASE("only a line of an agent is a look") {
  const auto good = read_pods_seen(R"({"fromNs":5,"untilNs":7,"pods":{"a":3}})");
  REQUIRE(good);
  CHECK(good->from_ns == 5);
  CHECK(good->until_ns == 7);
  CHECK(good->pods == std::map<std::string, std::int64_t>{{"a", 3}});
  for (const char* line : {"", "usage: hadrill-agent [tunnel | heal]", "[]", "{}", R"({"fromNs":5,"untilNs":7})",
                           R"({"fromNs":8,"untilNs":7,"pods":{}})", R"({"fromNs":5,"untilNs":7,"pods":{"a":"x"}})",
                           R"({"fromNs":5,"untilNs":7,"pods":[1]})"}) {
    INFO(line);
    CHECK_FALSE(read_pods_seen(line));
  }
}
