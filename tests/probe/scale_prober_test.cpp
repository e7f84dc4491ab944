#include "probe/scale_prober.hpp"

#include <catch2/catch.hpp>
#include <map>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{1'000'000'000};
constexpr Duration kAnswerTakes = 10ms;

/// A cluster that makes of a scaled Deployment what its controllers make of it, each after its own time; and the way
/// there, which may be cut.
class World final : public Courier {
 public:
  Duration create_takes = 50ms, bind_takes = 100ms, ready_takes = 500ms, delete_takes = 100ms;
  bool answers = true;

  World() { options.place = {"ns", "act"}; }

  /// Runs until `end`.
  void run_until(Instant end) {
    if (!prober) make();
    for (;;) {
      const Instant answer_due = in_flight_.empty() ? kLatest : in_flight_.begin()->second.at;
      const Instant next = std::min(prober->due(), answer_due);
      if (next > end) break;
      now_ = std::max(now_, next);
      if (answer_due <= now_) {
        answer();
      } else {
        prober->act(now_, *this);
      }
    }
    now_ = end;
  }

  std::uint64_t send(Companion& /*companion*/, const http::Request& request) override {
    if (answers) ++requests;
    in_flight_[++last_] = {request, now_ + (answers ? kAnswerTakes : request.timeout), answers};
    return last_;
  }
  void cancel(std::uint64_t ticket) override { in_flight_.erase(ticket); }

  std::vector<Outcome> outcomes() const {
    std::vector<Outcome> all;
    for (const Sample& sample : samples) all.push_back(sample.outcome);
    return all;
  }
  std::size_t count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::count_if(samples.begin(), samples.end(), [&](const Sample& one) { return one.outcome == outcome; }));
  }

  ScaleOptions options{3, "https://lb", {}, http::ConnectionUse::reused, 5s, 10s, 60s};
  std::optional<ScaleProber> prober;
  std::vector<Sample> samples;
  std::vector<Scaling> scalings;
  int requests = 0;

 private:
  struct InFlight {
    http::Request request;
    Instant at;
    bool answered;
  };

  void make() {
    prober.emplace(
        options, kStart, 7, [this](const Sample& sample) { samples.push_back(sample); },
        [this](const Scaling& scaling) { scalings.push_back(scaling); });
  }

  void answer() {
    const auto [ticket, one] = *in_flight_.begin();
    in_flight_.erase(in_flight_.begin());
    http::Transfer transfer;
    transfer.sent = one.at - (one.answered ? kAnswerTakes : one.request.timeout);
    transfer.done = one.at;
    if (one.answered) {
      transfer.ending = http::Ending::response;
      transfer.status = 200;
      transfer.body = one.request.method == "PUT" ? scale(one.request.body) : pods();
    } else {
      transfer.ending = http::Ending::timeout;
    }
    prober->ended(ticket, transfer);
  }

  std::string scale(const std::string& body) {
    const int replicas = Json::parse(body)["spec"]["replicas"];
    if (replicas != replicas_) scaled_ = now_;
    replicas_ = replicas;
    return "{}";
  }

  std::string pods() const {
    const Duration age = now_ - scaled_;
    Json items = Json::array();
    const bool exists = replicas_ == 1 ? age >= create_takes : scaled_.ns != 0 && age < delete_takes;
    if (exists) {
      Json pod = {{"metadata", {{"name", "p"}}}, {"spec", Json::object()}, {"status", {{"conditions", Json::array()}}}};
      if (replicas_ == 0 || age >= bind_takes) pod["spec"]["nodeName"] = "w1";
      if (replicas_ == 0 || age >= ready_takes)
        pod["status"]["conditions"].push_back({{"type", "Ready"}, {"status", "True"}});
      items.push_back(pod);
    }
    return Json{{"kind", "PodList"}, {"items", items}}.dump();
  }

  Instant now_ = kStart;
  int replicas_ = 0;
  Instant scaled_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, InFlight> in_flight_;
};

Duration length(const Reached& reached) { return reached.at - reached.not_before; }

}  // namespace

TEST_CASE("a healthy cluster: every slot is ok, each stage within two looks") {
  World world;
  world.run_until(kStart + 60s);
  REQUIRE(world.samples.size() >= 12);
  CHECK(world.count(Outcome::ok) == world.samples.size());
  CHECK(world.scalings.size() == world.samples.size());
  for (std::size_t i = 0; i < world.samples.size(); ++i) {
    CHECK(world.samples[i].prober == 3);
    CHECK(world.samples[i].sequence == i);
    CHECK(world.samples[i].sent == world.samples[i].scheduled);
    const Scaling& scaling = world.scalings[i];
    REQUIRE(scaling.ready);
    // The truth: the request takes effect when it is answered.
    const Instant truth = scaling.asked + kAnswerTakes + world.ready_takes;
    CHECK(scaling.ready->not_before <= truth);
    CHECK(scaling.ready->at >= truth);
    CHECK(length(*scaling.ready) <= ScaleProber::kLookEvery + 2 * kAnswerTakes);
    CHECK(scaling.created->at <= scaling.bound->at);
  }
}

TEST_CASE("a pod that becomes Ready after the deadline is a late success, and what falls into it is unsent") {
  World world;
  world.ready_takes = 12s;
  world.run_until(kStart + 20s);
  REQUIRE(world.count(Outcome::slow) >= 1);
  CHECK(world.count(Outcome::ok) == 0);
  CHECK(world.count(Outcome::unsent) >= 1);
  // Slots are told in order of their end; none is missing and none is told twice.
  std::vector<std::uint32_t> sequences;
  for (const Sample& sample : world.samples) sequences.push_back(sample.sequence);
  std::sort(sequences.begin(), sequences.end());
  for (std::size_t i = 0; i < sequences.size(); ++i) CHECK(sequences[i] == i);
}

TEST_CASE("controllers that do nothing: given up after the timeout, with the stages it came to") {
  World world;
  world.bind_takes = 1h;  // no scheduler
  world.ready_takes = 1h;
  world.run_until(kStart + 80s);
  REQUIRE(world.count(Outcome::timeout) == 1);
  REQUIRE(world.scalings.size() == 1);
  CHECK(world.scalings[0].created);
  CHECK_FALSE(world.scalings[0].bound);
  CHECK(world.count(Outcome::ok) == 0);
}

TEST_CASE("a pod that nobody takes away again leaves the next slots unsent") {
  World world;
  world.delete_takes = 1h;
  world.run_until(kStart + 30s);
  CHECK(world.count(Outcome::ok) == 1);
  CHECK(world.count(Outcome::unsent) >= 4);
}

TEST_CASE("requests that are lost are sent again, and only looks that were answered bound a stage") {
  World world;
  world.answers = false;
  world.run_until(kStart + 12s);
  CHECK(world.count(Outcome::ok) == 0);
  world.answers = true;
  world.run_until(kStart + 20s);
  REQUIRE(world.scalings.size() >= 1);
  REQUIRE(world.scalings[0].ready);
  CHECK(world.scalings[0].ready->at > kStart + 12s);
  CHECK(world.samples.back().outcome == Outcome::ok);
}

TEST_CASE("stopped in the middle it hands on an aborted sample and asks nothing more") {
  World world;
  world.ready_takes = 1h;
  world.run_until(kStart + 8s);
  world.prober->wind_down();
  CHECK_FALSE(world.prober->settled());
  world.prober->stop(world);
  CHECK(world.prober->settled());
  CHECK(world.count(Outcome::aborted) == 1);
  const int before = world.requests;
  world.run_until(kStart + 60s);
  CHECK(world.requests == before);
}

TEST_CASE("an answer that is no list of pods shows nothing") {
  CHECK_FALSE(read_pod_progress(""));
  CHECK_FALSE(read_pod_progress("{}"));
  CHECK_FALSE(read_pod_progress(R"({"kind": "Status"})"));
  CHECK(read_pod_progress(R"({"kind": "PodList"})")->empty());
  const auto leaving = read_pod_progress(
      R"({"kind": "PodList", "items": [{"metadata": {"deletionTimestamp": "t"}, "spec": {"nodeName": "w"}}]})");
  CHECK(leaving->empty());
}

TEST_CASE("the Deployment begins with nothing and its pods carry its name") {
  const ScalePlace place{"ns", "controllers.act"};
  const Json deployment = scaled_deployment(place, "pause:1");
  CHECK(deployment["spec"]["replicas"] == 0);
  CHECK(deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "pause:1");
  CHECK(deployment["spec"]["selector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]);
  CHECK(place.pods_path().ends_with("%3Dcontrollers.act"));
  CHECK(Json::parse(scale_body(place, 1))["spec"]["replicas"] == 1);
}
