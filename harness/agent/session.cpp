#include "agent/session.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "agent/files.hpp"
#include "agent/requests.hpp"

namespace hadrill::agent {
namespace {

/// Longest request: one that carries a file of 256 KiB, in base64, with room to spare.
constexpr std::size_t kLongestLine = 1 << 20;

}  // namespace

int Session::serve() {
  std::signal(SIGPIPE, SIG_IGN);  // an answer that nobody reads: the input has ended, or is about to
  for (const FaultBook::Outcome& orphan : book_.heal_orphans())
    say({{"event", "healed"}, {"why", "its agent was gone"}, {"id", orphan.id}, {"trouble", orphan.trouble}});
  for (;;) {
    const auto due = book_.until_overdue();
    pollfd input{in_, POLLIN, 0};
    const int longest = due ? static_cast<int>(std::min<std::int64_t>(due->count(), 3'600'000)) : -1;
    if (poll(&input, 1, longest) < 0) continue;
    undo_overdue();
    if (input.revents == 0) continue;
    std::array<char, 65536> piece{};
    const ssize_t size = read(in_, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    waiting_.append(piece.data(), static_cast<std::size_t>(size));
    if (!answer_lines()) break;
  }
  int code = 0;
  for (const FaultBook::Outcome& outcome : book_.heal_all(false)) {
    if (!outcome.trouble.empty()) code = 1;
  }
  return code;
}

bool Session::answer_lines() {
  for (std::size_t end = waiting_.find('\n'); end != std::string::npos; end = waiting_.find('\n')) {
    const std::string line = waiting_.substr(0, end);
    waiting_.erase(0, end + 1);
    say(answer(line, book_, in_));
    undo_overdue();
  }
  if (waiting_.size() <= kLongestLine) return true;
  say({{"ok", false}, {"error", "a request is at most 1 MiB"}});
  return false;
}

void Session::undo_overdue() {
  for (const FaultBook::Outcome& overdue : book_.heal_overdue())
    say({{"event", "healed"}, {"why", "its time was over"}, {"id", overdue.id}, {"trouble", overdue.trouble}});
}

void Session::say(const Json& line) {
  // That nobody reads is told by the input's end as well.
  write_all(out_, line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace hadrill::agent
