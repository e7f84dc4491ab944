#include "http/curl_engine.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace hadrill::http {
namespace {

constexpr int kEventsPerWait = 64;

Instant now() { return MonotonicClock().now(); }

}  // namespace

CurlEngine::CurlEngine(TlsIdentity identity) : identity_(std::move(identity)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  assert(epoll_ >= 0);
  ensure_curl();
}

CurlEngine::~CurlEngine() {
  for (auto& [handle, running] : transfers_) curl_multi_remove_handle(running.lane->multi, handle);
  transfers_.clear();
  for (auto& [number, lane] : lanes_) curl_multi_cleanup(lane->multi);
  close(epoll_);
}

CurlEngine::Lane& CurlEngine::lane(std::uint16_t number) {
  std::unique_ptr<Lane>& lane = lanes_[number];
  if (!lane) {
    lane = std::make_unique<Lane>();
    lane->engine = this;
    lane->multi = curl_multi_init();
    curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, &CurlEngine::on_socket);
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane.get());
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, &CurlEngine::on_timer);
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane.get());
  }
  return *lane;
}

void CurlEngine::start(std::uint64_t id, std::uint16_t lane_number, const Request& request) {
  Lane& in = lane(lane_number);
  auto easy = std::make_unique<CurlEasy>(request, identity_);
  CURL* handle = easy->handle();
  easy->mark_sent(now());
  transfers_[handle] = Running{id, &in, std::move(easy)};
  curl_multi_add_handle(in.multi, handle);
  // Connect and send now rather than when the loop next comes by.
  int running = 0;
  in.wake_at.reset();
  curl_multi_socket_action(in.multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlEngine::cancel(std::uint64_t id) {
  for (auto it = transfers_.begin(); it != transfers_.end(); ++it) {
    if (it->second.id != id) continue;
    curl_multi_remove_handle(it->second.lane->multi, it->first);
    Transfer transfer = it->second.easy->finish(CURLE_ABORTED_BY_CALLBACK, now());
    transfer.ending = Ending::other;
    transfer.reason = "cancelled";
    cancelled_.push_back({id, std::move(transfer)});
    transfers_.erase(it);
    return;
  }
}

int CurlEngine::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* lane, void* /*known*/) {
  auto* self = static_cast<Lane*>(lane);
  CurlEngine& engine = *self->engine;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(engine.epoll_, EPOLL_CTL_DEL, socket, nullptr);
    engine.sockets_.erase(socket);
    return 0;
  }
  epoll_event event{};
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  event.data.fd = socket;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
  const bool known = engine.sockets_.contains(socket);
  engine.sockets_[socket] = self;
  if (epoll_ctl(engine.epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0) {
    // The number was closed and handed out again behind our back.
    epoll_ctl(engine.epoll_, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  }
  return 0;
}

int CurlEngine::on_timer(CURLM* /*multi*/, long timeout_ms, void* lane) {
  auto* self = static_cast<Lane*>(lane);
  if (timeout_ms < 0) {
    self->wake_at.reset();
  } else {
    self->wake_at = now() + std::chrono::milliseconds(timeout_ms);
  }
  return 0;
}

void CurlEngine::run_timers() {
  const Instant at = now();
  for (auto& [number, lane] : lanes_) {
    if (!lane->wake_at || *lane->wake_at > at) continue;
    lane->wake_at.reset();
    int running = 0;
    curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

void CurlEngine::wait_for_sockets(Instant deadline, const Interrupt& interrupt) {
  Instant until = deadline;
  for (const auto& [number, lane] : lanes_) {
    if (lane->wake_at) until = std::min(until, *lane->wake_at);
  }
  epoll_event wake{};
  wake.events = EPOLLIN;
  wake.data.fd = interrupt.descriptor();  // NOLINT(cppcoreguidelines-pro-type-union-access)
  epoll_ctl(epoll_, EPOLL_CTL_ADD, interrupt.descriptor(), &wake);
  const Duration left = std::max(Duration::zero(), until - now());
  const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  std::array<epoll_event, kEventsPerWait> events{};
  const int count = epoll_pwait2(epoll_, events.data(), kEventsPerWait, &timeout, nullptr);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, interrupt.descriptor(), nullptr);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto found = sockets_.find(event.data.fd);  // NOLINT(cppcoreguidelines-pro-type-union-access)
    if (found == sockets_.end()) continue;
    int flags = 0;
    if ((event.events & EPOLLIN) != 0) flags |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) flags |= CURL_CSELECT_ERR;
    int running = 0;
    curl_multi_socket_action(found->second->multi, found->first, flags, &running);
  }
}

void CurlEngine::collect(Lane& lane, std::vector<Finished>& finished) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(lane.multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;  // NOLINT(cppcoreguidelines-pro-type-union-access)
    const auto found = transfers_.find(handle);
    assert(found != transfers_.end());
    finished.push_back({found->second.id, found->second.easy->finish(code, now())});
    curl_multi_remove_handle(lane.multi, handle);
    transfers_.erase(found);
  }
}

std::vector<Finished> CurlEngine::drive_until(Instant deadline, const Interrupt& interrupt) {
  std::vector<Finished> finished = std::exchange(cancelled_, {});
  do {
    run_timers();
    for (auto& [number, lane] : lanes_) collect(*lane, finished);
    if (!finished.empty() || interrupt.raised() || now() >= deadline) break;
    wait_for_sockets(deadline, interrupt);
    for (auto& [number, lane] : lanes_) collect(*lane, finished);
  } while (finished.empty() && !interrupt.raised() && now() < deadline);
  return finished;
}

}  // namespace hadrill::http
