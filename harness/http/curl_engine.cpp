#include "http/curl_engine.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace hadrill::http {
namespace {

constexpr Instant kNever{std::numeric_limits<std::int64_t>::max()};

Instant now() { return MonotonicClock().now(); }

/// Scheme, host and port of a URL.
std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  return url.substr(0, url.find_first_of("/?#", host));
}

}  // namespace

CurlEngine::CurlEngine(const TlsIdentity& identity)
    : around_(identity), earliest_(kNever), alone_(around_.poller, earliest_) {}

CurlEngine::~CurlEngine() {
  for (auto& [id, easy] : transfers_) curl_multi_remove_handle(multi_of(*easy).handle(), easy->handle());
}

Lane& CurlEngine::lane_for(std::uint16_t number, const Request& request) {
  if (number >= lanes_.size()) lanes_.resize(number + 1UL);
  const std::string_view origin = origin_of(request.url);
  for (const auto& lane : lanes_[number]) {
    if (lane->connector == request.connector && lane->origin == origin) return *lane;
  }
  auto& lane = lanes_[number].emplace_back(std::make_unique<Lane>(around_.poller, earliest_));
  lane->connector = request.connector;
  lane->origin = origin;
  return *lane;
}

std::unique_ptr<CurlEasy> CurlEngine::idle_easy() {
  if (idle_.empty()) return std::make_unique<CurlEasy>(around_);
  auto easy = std::move(idle_.back());
  idle_.pop_back();
  return easy;
}

void CurlEngine::start(std::uint64_t id, std::uint16_t lane_number, const Request& request) {
  assert(!acting_ && !transfers_.contains(id));
  Lane* lane = request.connection == ConnectionUse::reused ? &lane_for(lane_number, request) : nullptr;
  if (lane != nullptr && !lane->can_take()) lane = nullptr;
  if (lane != nullptr) ++lane->in_flight;
  CurlEasy& easy = *(transfers_[id] = idle_easy());
  easy.begin(id, request, lane, now());
  if (easy.streaming()) {
    streams_.push_back(&easy);
    earliest_ = std::min(earliest_, easy.silent_at().value_or(kNever));
  }
  CurlMulti& multi = multi_of(easy);
  curl_multi_add_handle(multi.handle(), easy.handle());
  act(multi);  // connect and send now rather than when the loop next comes by
}

void CurlEngine::cancel(std::uint64_t id) {
  std::erase_if(around_.delivery.held, [id](const HeldPiece& held) { return held.id == id; });
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return;
  found->second->cancel();
  if (acting_) {
    cancelled_meanwhile_.push_back(id);
  } else {
    end(*found->second, CURLE_OK);
  }
}

template <typename... Event>
void CurlEngine::act(CurlMulti& multi, Event... event) {
  acting_ = true;
  multi.act(event...);
  acting_ = false;
  collect(multi);
  for (const std::uint64_t id : cancelled_meanwhile_) {
    if (const auto found = transfers_.find(id); found != transfers_.end()) end(*found->second, CURLE_OK);
  }
  cancelled_meanwhile_.clear();
}

void CurlEngine::collect(CurlMulti& multi) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.handle(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CurlEasy* easy = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &easy);
    end(*easy, message->data.result);  // NOLINT(cppcoreguidelines-pro-type-union-access): libcurl's interface
  }
}

void CurlEngine::end(CurlEasy& easy, CURLcode code) {
  if (easy.streaming()) std::erase(streams_, &easy);
  curl_multi_remove_handle(multi_of(easy).handle(), easy.handle());
  if (Lane* lane = easy.lane()) {
    --lane->in_flight;
    if (lane->opener == &easy) lane->opener = nullptr;
  }
  auto node = transfers_.extract(easy.id());
  finished_.push_back({easy.id(), easy.finish(code, now())});
  idle_.push_back(std::move(node.mapped()));
}

void CurlEngine::deliver_held() {
  auto& held = around_.delivery.held;
  while (!held.empty()) {
    const HeldPiece next = std::move(held.front());
    held.pop_front();
    next.sink(next.piece, next.at);  // may cancel, which takes out what is held
  }
}

void CurlEngine::end_silent_streams(Instant at) {
  std::vector<CurlEasy*> silent;
  for (CurlEasy* stream : streams_) {
    const Instant limit = stream->silent_at().value_or(kNever);
    if (limit <= at) {
      silent.push_back(stream);
    } else {
      earliest_ = std::min(earliest_, limit);
    }
  }
  for (CurlEasy* stream : silent) {
    stream->silence_passed();
    end(*stream, CURLE_OK);
  }
}

void CurlEngine::act_in_due_time() {
  const Instant at = now();
  if (at < earliest_) return;
  earliest_ = kNever;
  const auto look_at = [&](CurlMulti& multi) {
    if (!multi.wake_at()) return;
    if (*multi.wake_at() <= at) {
      act(multi);
    } else {
      earliest_ = std::min(earliest_, *multi.wake_at());
    }
  };
  look_at(alone_);
  for (const auto& lanes : lanes_) {
    for (const auto& lane : lanes) look_at(lane->multi);
  }
  end_silent_streams(at);
}

void CurlEngine::turn(Instant until, const Interrupt& interrupt) {
  for (const epoll_event& event : around_.poller.wait(std::min(until, earliest_), interrupt)) {
    const int socket = event.data.fd;  // NOLINT(cppcoreguidelines-pro-type-union-access): epoll's interface is a union
    if (CurlMulti* multi = around_.poller.driver_of(socket)) act(*multi, socket, event.events);
  }
  act_in_due_time();
}

std::vector<Finished> CurlEngine::drive_until(Instant deadline, const Interrupt& interrupt) {
  around_.delivery.open = true;
  deliver_held();
  act_in_due_time();
  do {
    turn(finished_.empty() ? deadline : Instant{}, interrupt);
  } while (finished_.empty() && !interrupt.raised() && now() < deadline);
  around_.delivery.open = false;
  return std::exchange(finished_, {});
}

}  // namespace hadrill::http
