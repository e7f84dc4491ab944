#include "fault/exit_watch.hpp"

#include <poll.h>
#include <sys/syscall.h>

#include "base/file.hpp"

namespace hadrill {
namespace {

/// Between two looks at whether the process is whole: the resolution of End::whole_at. Its end wakes at once.
constexpr int kLookMs = 1;

}  // namespace

std::unique_ptr<ExitWatch> ExitWatch::open(pid_t pid, const std::string& container_id) {
  if (pid <= 1) return nullptr;
  Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.open()) return nullptr;
  // Asked after the pidfd was opened: from then on the number cannot become somebody else's unnoticed.
  const auto cgroup = read_file("/proc/" + std::to_string(pid) + "/cgroup");
  if (!cgroup.ok() || container_id.empty() || cgroup->find(container_id) == std::string::npos) return nullptr;
  return std::unique_ptr<ExitWatch>(new ExitWatch(std::move(process), pid));
}

ExitWatch::ExitWatch(Descriptor process, pid_t pid)
    : process_(std::move(process)), command_line_("/proc/" + std::to_string(pid) + "/cmdline") {
  thread_ = std::jthread([this](const std::stop_token& stop) { look(stop); });
}

void ExitWatch::look(const std::stop_token& stop) {
  const MonotonicClock clock;
  End end;
  pollfd wanted{process_.get(), POLLIN, 0};
  while (!stop.stop_requested()) {
    const Instant before = clock.now();
    const auto text = read_file(command_line_);
    if (text.ok() && !text->empty()) end.whole_at = before;
    if (poll(&wanted, 1, kLookMs) <= 0) continue;
    end.gone_at = clock.now();
    const std::scoped_lock lock(mutex_);
    end_ = end;
    changed_.notify_all();
    return;
  }
}

std::optional<ExitWatch::End> ExitWatch::ended(Duration longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [this] { return end_.has_value(); });
  return end_;
}

}  // namespace hadrill
