// The judge that sees each sample once says what the slow one says, of histories of every kind: flapping, hanging,
// stalled, with holes, recorded in any order, damaged.
#include <catch2/catch.hpp>
#include <random>

#include "history.hpp"
#include "reference.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// 0 to `limit` - 1.
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Duration up_to(Duration limit) {
    return Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(limit.count()) + 1)));
  }
  template <typename T>
  const T& of(const std::vector<T>& values) {
    return values[below(values.size())];
  }
  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_;
};

Fate bad_fate(Random& random) {
  static const std::vector<Fate> fates{
      {Outcome::refused, 1ms},     {Outcome::reset, 300ms}, {Outcome::timeout, 10s},
      {Outcome::slow, 1500ms},     {Outcome::tls, 20ms},    {Outcome::http_status, 2ms},
      {Outcome::body_error, 10ms}, {Outcome::unsent, 0ns},  {Outcome::other, 1ms}};
  return random.of(fates);
}

/// Stretches in which a share of the requests is bad.
World random_world(Random& random) {
  World world = all_good();
  for (std::uint64_t stretches = random.below(6); stretches > 0; --stretches) {
    const Instant from = kStart + random.up_to(kEnd - kStart);
    const Instant to = from + random.up_to(random.one_in(3) ? 20s : 2s);
    const std::uint64_t one_in = 1 + random.below(4);
    const Fate fate = bad_fate(random);
    auto engine = std::make_shared<Random>(random.below(1'000'000'000));
    world = both(world, [=](Instant sent) {
      const bool hit = sent >= from && sent < to && engine->one_in(one_in);
      return hit ? fate : Fate{Outcome::ok, engine->up_to(40ms)};
    });
  }
  return world;
}

void add_random_probers(Random& random, RunRecord& record) {
  static const std::vector<std::string> paths{"load-balancer",    "load-balancer", "each-api-server",
                                              "each-etcd-member", "cluster-ip",    "local-echo"};
  static const std::vector<Duration> periods{20ms, 50ms, 100ms, 130ms, 500ms, 700ms};
  const std::uint64_t probers = 1 + random.below(5);
  for (std::uint64_t i = 0; i < probers; ++i) {
    ProberInfo info = prober_info("p" + std::to_string(i), random.of(periods), random.of(paths));
    if (random.one_in(10)) info.timeout = 60s;
    add_prober(record, info, random_world(random), kStart + random.up_to(info.period));
  }
}

/// A harness that was not scheduled for a while: what was due then was sent together, late.
void stall(Random& random, RunRecord& record) {
  const Instant from = kStart + random.up_to(kEnd - kStart);
  const Instant to = from + random.up_to(random.one_in(4) ? 10s : 300ms);
  for (Sample& sample : record.samples.samples) {
    if (sample.sent.ns == 0 || sample.scheduled < from || sample.scheduled >= to) continue;
    const Duration late = to - sample.sent;
    sample.sent = sample.sent + late;
    sample.done = sample.done + late;
  }
}

void lose_slots(Random& random, RunRecord& record) {
  const Instant from = kStart + random.up_to(kEnd - kStart);
  const Instant to = from + random.up_to(4s);
  drop(record, [&](const Sample& sample) { return sample.scheduled >= from && sample.scheduled < to; });
  drop(record, [&](const Sample&) { return random.one_in(200); });
}

/// In the order requests ended, as a run records them.
void record_by_end(RunRecord& record) {
  const auto end = [](const Sample& sample) { return sample.done.ns != 0 ? sample.done : sample.scheduled; };
  std::stable_sort(record.samples.samples.begin(), record.samples.samples.end(),
                   [&](const Sample& a, const Sample& b) { return end(a) < end(b); });
}

void damage(Random& random, RunRecord& record) {
  std::vector<Sample>& samples = record.samples.samples;
  if (samples.empty()) return;
  const std::size_t before = samples.size();
  for (std::size_t i = 0; i < before; ++i) {
    if (!random.one_in(500)) continue;
    switch (random.below(5)) {
      case 0:
        samples.push_back(samples[i]);  // the same slot once more, much later
        break;
      case 1:
        samples[i].scheduled = Instant{static_cast<std::int64_t>(random.below(1ULL << 62))};
        break;
      case 2:
        samples[i].sequence = static_cast<std::uint32_t>(random.below(1000));
        break;
      case 3:
        samples[i].sent = Instant{static_cast<std::int64_t>(random.below(1ULL << 62))};
        break;
      default:
        samples[i].done = {};
    }
  }
}

RunRecord random_run(Random& random, bool whole = false) {
  RunRecord record;
  record.scenario = kill_scenario();
  add_random_probers(random, record);
  add_events_until_fault(record);
  if (random.one_in(2)) prepare_from(record, kT0 - random.up_to(5s));
  add_events_until_end(record, random.up_to(25s));
  if (random.one_in(2)) stall(random, record);
  if (random.one_in(2)) lose_slots(random, record);
  record_by_end(record);
  if (!whole && random.one_in(3)) damage(random, record);
  if (random.one_in(6)) std::shuffle(record.samples.samples.begin(), record.samples.samples.end(), random.engine());
  if (random.one_in(6)) std::reverse(record.samples.samples.begin(), record.samples.samples.end());
  if (random.one_in(6)) drop_events(record, event_type::run_finished);
  if (random.one_in(12)) drop_events(record, event_type::fault_proven);
  if (random.one_in(12)) drop_events(record, event_type::steady_began);
  return record;
}

void check_same(const OutageSummary& judged, const OutageSummary& reference) {
  CHECK(judged.bad == reference.bad);
  CHECK(judged.late == reference.late);
  CHECK(judged.proven == reference.proven);
  CHECK(judged.longest == reference.longest);
  CHECK(judged.total == reference.total);
  CHECK(judged.availability == reference.availability);
}

void check_same(const ProberResult& judged, const ProberResult& reference) {
  CHECK(judged.recorded == reference.recorded);
  CHECK(judged.baseline_ok == reference.baseline_ok);
  CHECK(judged.baseline_bad == reference.baseline_bad);
  CHECK(judged.preparation_bad == reference.preparation_bad);
  CHECK(judged.n == reference.n);
  CHECK(judged.outcomes == reference.outcomes);
  CHECK(judged.unknown == reference.unknown);
  CHECK(judged.impact == reference.impact);
  CHECK(judged.failover == reference.failover);
  CHECK(judged.outage_count == reference.outage_count);
  REQUIRE(judged.outages.size() == reference.outages.size());
  for (std::size_t i = 0; i < judged.outages.size(); ++i) {
    CHECK(judged.outages[i].first_bad == reference.outages[i].first_bad);
    CHECK(judged.outages[i].last_bad == reference.outages[i].last_bad);
    CHECK(judged.outages[i].bad == reference.outages[i].bad);
    CHECK(judged.outages[i].length == reference.outages[i].length);
  }
  check_same(judged.summary, reference.summary);
}

void check_same(const Validity& judged, const Validity& reference) {
  CHECK(judged.windows == reference.windows);
  CHECK(judged.invalid_windows == reference.invalid_windows);
  CHECK(judged.null_bad_windows == reference.null_bad_windows);
  CHECK(judged.max_lateness == reference.max_lateness);
  CHECK(judged.p99_lateness >= reference.p99_lateness);
  const auto exact = static_cast<double>(reference.p99_lateness.count());
  CHECK(static_cast<double>(judged.p99_lateness.count()) <= exact * (1 + DurationHistogram::kRelativeError));
}

}  // namespace

TEST_CASE("one pass says what the slow judge says") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const RunRecord record = random_run(random);
    const Verdict verdict = judge(record);
    const Reference reference = reference_judge(record);
    REQUIRE(verdict.probers.size() == reference.probers.size());
    for (std::size_t i = 0; i < reference.probers.size(); ++i) {
      INFO("prober " << i);
      check_same(verdict.probers[i], reference.probers[i]);
    }
    REQUIRE(verdict.api.has_value() == reference.api.has_value());
    if (reference.api) check_same(*verdict.api, *reference.api);
    CHECK(verdict.times.impact == reference.impact);
    check_same(verdict.validity, reference.validity);
  }
}

TEST_CASE("the order of recording changes nothing") {
  for (std::uint64_t seed = 1000; seed < 1050; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    // Not damaged: of a slot that is there twice with different contents, the first one recorded counts.
    RunRecord record = random_run(random, true);
    const Verdict first = judge(record);
    std::shuffle(record.samples.samples.begin(), record.samples.samples.end(), random.engine());
    const Verdict second = judge(record);
    REQUIRE(first.findings.size() == second.findings.size());
    for (std::size_t i = 0; i < first.findings.size(); ++i) CHECK(first.findings[i].text == second.findings[i].text);
  }
}
