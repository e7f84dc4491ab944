#include "http/curl_multi.hpp"

#include <malloc.h>

#include <algorithm>
#include <cassert>
#include <limits>

namespace hadrill::http {

void ensure_curl() {
  // Each transfer has a receive buffer (kBufferSize in curl_easy.cpp), which a request that hangs never touches. From
  // the heap it would be memory that others have used, and stay resident; mapped for itself it costs nothing until
  // then. Set by hand because the allocator moves the threshold up with the first such buffer that is freed.
  constexpr int kMapFrom = 64 * 1024;
  static const int mapped = mallopt(M_MMAP_THRESHOLD, kMapFrom);
  static_cast<void>(mapped);  // 0 with the allocator of a sanitizer
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  assert(code == CURLE_OK);
  static_cast<void>(code);
}

CurlMulti::CurlMulti(Poller& poller, Instant& earliest)
    : poller_(poller), earliest_(earliest), handle_((ensure_curl(), curl_multi_init())) {
  assert(handle_ != nullptr);
  curl_multi_setopt(handle_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  // How many requests share a connection is for the server to limit.
  curl_multi_setopt(handle_, CURLMOPT_MAX_CONCURRENT_STREAMS, static_cast<long>(std::numeric_limits<int>::max()));
  curl_multi_setopt(handle_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(handle_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(handle_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(handle_, CURLMOPT_TIMERDATA, this);
}

CurlMulti::~CurlMulti() { curl_multi_cleanup(handle_); }

void CurlMulti::act() {
  wake_at_.reset();
  int running = 0;
  curl_multi_socket_action(handle_, CURL_SOCKET_TIMEOUT, 0, &running);
}

void CurlMulti::act(int socket, std::uint32_t events) {
  // A broken connection is left for libcurl to find by reading, which tells it why.
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  int flags = 0;
  if ((events & EPOLLIN) != 0 || broken) flags |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) flags |= CURL_CSELECT_OUT;
  int running = 0;
  curl_multi_socket_action(handle_, socket, flags, &running);
}

int CurlMulti::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*known*/) {
  std::uint32_t events = 0;
  if (what != CURL_POLL_REMOVE && (what & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if (what != CURL_POLL_REMOVE && (what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  auto* multi = static_cast<CurlMulti*>(self);
  multi->poller_.watch(socket, events, multi);
  return 0;
}

int CurlMulti::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto* multi = static_cast<CurlMulti*>(self);
  if (timeout_ms < 0) {
    multi->wake_at_.reset();
  } else {
    multi->wake_at_ = MonotonicClock().now() + std::chrono::milliseconds(timeout_ms);
    multi->earliest_ = std::min(multi->earliest_, *multi->wake_at_);
  }
  return 0;
}

}  // namespace hadrill::http
