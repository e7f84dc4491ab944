// From the order in which requests ended to the order of slots: in a bounded buffer, and noticed when that is too
// small.
#include "check/slot_order.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

constexpr Instant kOrigin{1'000'000'000'000};

Sample slot(std::uint16_t prober, std::uint32_t sequence, Duration since) {
  Sample sample;
  sample.prober = prober;
  sample.sequence = sequence;
  sample.outcome = Outcome::ok;
  sample.scheduled = kOrigin + since;
  return sample;
}

/// What was handed on: second, prober, slot.
struct Seen {
  std::int64_t second;
  std::size_t prober;
  std::uint32_t sequence;
  friend bool operator==(const Seen&, const Seen&) = default;
};

class Order {
 public:
  explicit Order(Duration horizon = 10s, bool trusted = false)
      : order_(2, kOrigin, horizon, trusted, [this](const ClosedSecond& second) {
          for (std::size_t prober = 0; prober < second.probers(); ++prober) {
            for (const Sample& sample : second.samples_of(prober))
              seen.push_back({second.index(), prober, sample.sequence});
          }
        }) {}

  SlotOrder& operator*() { return order_; }
  SlotOrder* operator->() { return &order_; }
  std::vector<Seen> seen;

 private:
  SlotOrder order_;
};

}  // namespace

TEST_CASE("slots come by second, prober and number, whatever the order within the horizon") {
  Order order;
  CHECK(order->add(slot(0, 2, 1500ms)));
  CHECK(order->add(slot(0, 0, -100ms)));
  CHECK(order->add(slot(1, 7, 100ms)));
  CHECK(order->add(slot(0, 1, 900ms)));
  CHECK(order->add(slot(1, 6, 0ms)));
  CHECK(order.seen.empty());
  REQUIRE(order->finish());
  CHECK(order.seen == std::vector<Seen>{{-1, 0, 0}, {0, 0, 1}, {0, 1, 6}, {0, 1, 7}, {1, 0, 2}});
}

TEST_CASE("a second is handed on once no request of it can be under way") {
  Order order(2s);
  CHECK(order->add(slot(0, 0, 500ms)));
  CHECK(order->add(slot(0, 1, 2999ms)));
  CHECK(order.seen.empty());
  CHECK(order->add(slot(0, 2, 3s)));
  CHECK(order.seen == std::vector<Seen>{{0, 0, 0}});
}

TEST_CASE("a sample of a second that was handed on is noticed") {
  Order order(2s);
  CHECK(order->add(slot(0, 0, 100ms)));
  CHECK(order->add(slot(0, 9, 60s)));
  CHECK(order->add(slot(0, 8, 59s)));
  CHECK_FALSE(order->add(slot(1, 3, 900ms)));
}

TEST_CASE("the same slot twice is one, far apart it is noticed") {
  Order order(2s);
  CHECK(order->add(slot(0, 0, 100ms)));
  CHECK(order->add(slot(0, 0, 100ms)));
  CHECK(order->add(slot(0, 1, 10s)));
  CHECK(order.seen == std::vector<Seen>{{0, 0, 0}});
  CHECK_FALSE(order->add(slot(0, 0, 100ms)));
}

TEST_CASE("slots that are not numbered by time are noticed") {
  Order back;
  CHECK(back->add(slot(0, 5, 100ms)));
  CHECK(back->add(slot(0, 4, 1100ms)));
  CHECK_FALSE(back->finish());
  Order twice;
  CHECK(twice->add(slot(0, 5, 100ms)));
  CHECK(twice->add(slot(0, 5, 200ms)));
  CHECK_FALSE(twice->finish());
}

TEST_CASE("a leap of a century costs nothing") {
  Order order;
  CHECK(order->add(slot(0, 0, 0s)));
  CHECK(order->add(slot(0, 1, 876'000h)));
  REQUIRE(order->finish());
  CHECK(order.seen.size() == 2);
}

TEST_CASE("sorting is exact for any order: the first record of a slot counts") {
  Sample second = slot(0, 1, 300ms);
  second.outcome = Outcome::reset;
  Sample aborted = slot(1, 1, 50ms);
  aborted.outcome = Outcome::aborted;
  const auto sorted = sorted_by_slot({slot(0, 2, 200ms), slot(0, 1, 100ms), second, slot(1, 0, 150ms), aborted});
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0].sequence == 1);
  CHECK(sorted[0].outcome == Outcome::ok);
  CHECK(sorted[1].prober == 1);
  CHECK(sorted[2].sequence == 2);
}
