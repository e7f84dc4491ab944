#include "probe/prober_thread.hpp"

#include <sys/resource.h>

#include "base/realtime.hpp"

namespace hadrill {
namespace {

double thread_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

ProberThread::ProberThread(const ProberLoad& load, http::Engine& engine, SampleSink sink, std::uint64_t seed)
    : abandon_(&Interrupt::never()) {
  thread_ = std::jthread([this, load, &engine, sink = std::move(sink), seed] {
    priority_.set_value(raise_thread_priority());
    ProberLoop loop(load, engine, clock_, sink, clock_.now(), seed);
    loop.run(stop_);
    loop.drain(clock_.now() + drain_for_, *abandon_);
    cost_ = {thread_cpu_seconds()};
  });
}

ProberThread::~ProberThread() { stop(Duration::zero(), Interrupt::never()); }

bool ProberThread::realtime_priority() { return priority_known_.get(); }

ProberCost ProberThread::stop(Duration longest, const Interrupt& abandon) {
  if (thread_.joinable()) {
    // Written before the flag is raised, read after it was seen: the atomic in Interrupt orders them.
    drain_for_ = longest;
    abandon_ = &abandon;
    stop_.raise();
    thread_.join();
  }
  return cost_;
}

}  // namespace hadrill
