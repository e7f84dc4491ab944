// replay_live DIR [SPEED [END]]: a stored run in the live view, as it was when it went on, for looking at. END, for
// tests of the terminal: crash, throw or stay when it is over.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "base/printable.hpp"
#include "live/stored.hpp"
#include "live/view.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// A clock on which a stored run goes on again.
class ReplayClock final : public Clock {
 public:
  ReplayClock(Instant begin, double speed) : begin_(begin), speed_(speed), started_(real_.now()) {}
  Instant now() const override {
    const auto passed = static_cast<double>((real_.now() - started_).count()) * speed_;
    return begin_ + Duration(static_cast<std::int64_t>(passed));
  }
  bool wait_until(Instant, const Interrupt& interrupt) override {
    interrupt.wait_for(std::chrono::milliseconds(20));
    return !interrupt.raised();
  }

 private:
  MonotonicClock real_;
  Instant begin_;
  double speed_;
  Instant started_;
};

int play(RunRecord record, double speed, const std::string& ending, Interrupt& interrupt) {
  Replay replay(std::move(record));
  ReplayClock clock(replay.begin(), speed);
  const auto here = live::Surroundings::here();
  if (!here.screen) {
    spdlog::info("no terminal to draw on");
    return 64;
  }
  live::Announcement announced{replay.record().scenario, "", 0, "as it was"};
  if (const Event* started = replay.record().events.first(event_type::run_started))
    announced.seed = static_cast<std::uint64_t>(json_natural(started->data, "/seed").value_or(0));
  live::View view(std::move(announced), {[&interrupt] { interrupt.raise(); }, [] { spdlog::info("asked to heal"); }},
                  clock, here.colour);
  spdlog::info("replay begins");
  while (clock.now() < replay.end() || ending == "stay") {
    replay.play(view.watcher(), clock.now());
    if (!clock.wait_until(clock.now(), interrupt)) break;
    // Where everything is on the screen.
    const bool half = clock.now() - replay.begin() > (replay.end() - replay.begin()) / 2;
    if (half && ending == "crash") std::abort();
    if (half && ending == "throw") throw std::runtime_error("thrown on purpose");
  }
  spdlog::info("replay ends");
  return interrupt.raised() ? 130 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 64;
  auto logger = spdlog::stderr_logger_st("hadrill");
  logger->set_pattern("%H:%M:%S %v");
  spdlog::set_default_logger(std::move(logger));
  Interrupt interrupt;
  const SignalGuard signals(interrupt);
  const auto record = read_stored(arguments[1]);
  if (!record.ok()) {
    std::fprintf(stderr, "%s\n", record.error().text().c_str());
    return 64;
  }
  try {
    const int code = play(*record, count > 2 ? std::atof(arguments[2]) : 1, count > 3 ? arguments[3] : "", interrupt);
    std::printf("the end, exit code %d\n", code);
    return code;
  } catch (const std::exception& thrown) {
    std::printf("%s\n", thrown.what());
    return 5;
  }
}
