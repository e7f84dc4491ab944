#include "tunnel/inbox.hpp"

#include <sys/eventfd.h>

#include <cassert>

namespace hadrill::tunnel {

Inbox::Inbox() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { assert(wake_.open()); }

void Inbox::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
}

std::optional<std::string> Inbox::put(OpenRequest& request) {
  const std::scoped_lock lock(mutex_);
  if (shut_because_) return shut_because_;
  content_.requests.push_back(std::move(request));
  wake();
  return std::nullopt;
}

void Inbox::abandon(std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  if (shut_because_) return;  // with the channel every stream went
  content_.abandoned.push_back(ticket);
  wake();
}

Inbox::Content Inbox::take() {
  const std::scoped_lock lock(mutex_);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = read(wake_.get(), &count, sizeof count);
  return std::exchange(content_, {});
}

void Inbox::open() {
  const std::scoped_lock lock(mutex_);
  shut_because_.reset();
}

std::vector<OpenRequest> Inbox::shut(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  shut_because_ = why;
  return std::exchange(content_, {}).requests;
}

bool Inbox::is_open() const {
  const std::scoped_lock lock(mutex_);
  return !shut_because_;
}

}  // namespace hadrill::tunnel
