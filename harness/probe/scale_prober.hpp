// Owns the prober of the controllers: a Deployment is scaled up, and the pod that has to come of it is waited for.
#pragma once

#include <functional>
#include <optional>

#include "history/sample.hpp"
#include "probe/companion.hpp"
#include "probe/scale_objects.hpp"
#include "probe/schedule.hpp"

namespace hadrill {

/// When a stage was reached: not at `not_before` (the last look that did not see it was sent then), but at `at` (when
/// the first look that saw it was answered).
struct Reached {
  Instant not_before;
  Instant at;
};

/// What became of one scaling. Stages that were not reached before it was given up are empty.
struct Scaling {
  std::uint32_t sequence = 0;
  Instant asked;  ///< when the first request to scale was sent
  std::optional<Reached> created, bound, ready;
};

struct ScaleOptions {
  std::uint16_t prober = 0;  ///< its index in the history
  std::string base;          ///< scheme, host and port of the API
  ScalePlace place;
  http::ConnectionUse connection = http::ConnectionUse::reused;
  Duration period{};    ///< between two slots; see Schedule
  Duration deadline{};  ///< Ready later than this after the slot is slow
  Duration timeout{};   ///< then the scaling is given up
};

/// One sample per slot: ok when the pod is Ready within the deadline. While one scaling is under way no other is begun:
/// slots that fall into it are unsent, and so is one for which the pod of the last has not been taken away yet, which
/// is the controllers' work as well.
class ScaleProber final : public Companion {
 public:
  /// Between two looks at the pods: the resolution of the stages.
  static constexpr Duration kLookEvery = std::chrono::milliseconds(100);
  /// Of one request: a lost one must not hide what the next would see.
  static constexpr Duration kRequestTimeout = std::chrono::seconds(2);

  using OnSample = std::function<void(const Sample&)>;
  using OnScaling = std::function<void(const Scaling&)>;

  /// Slot 0 is due within one period after `start`.
  ScaleProber(ScaleOptions options, Instant start, std::uint64_t seed, OnSample on_sample, OnScaling on_scaling);

  Instant due() const override;
  void act(Instant now, Courier& courier) override;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override;
  void wind_down() override { winding_down_ = true; }
  bool settled() const override { return !slot_; }
  void stop(Courier& courier) override;

 private:
  enum class State { idle, raising, growing, lowering, shrinking };

  void take_slots(Instant now);
  void begin(const Slot& slot);
  void send(Courier& courier);
  void take_look(const http::Transfer& transfer);
  void finish_slot(Outcome outcome, Instant done);
  void give_up(Instant now, Courier& courier);
  Sample sample_of(const Slot& slot, Outcome outcome) const;

  ScaleOptions options_;
  Schedule schedule_;
  OnSample on_sample_;
  OnScaling on_scaling_;
  State state_ = State::idle;
  bool winding_down_ = false;
  std::optional<std::uint64_t> ticket_;
  Instant next_;              ///< when to send again, without a request under way
  std::optional<Slot> slot_;  ///< under way
  Scaling scaling_;
  Instant last_look_;  ///< sent, saw less
  std::uint16_t last_status_ = 0;
};

}  // namespace hadrill
