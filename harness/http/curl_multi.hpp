// Owns one multi handle of libcurl: a pool of connections, driven through the engine's poller.
#pragma once

#include <curl/curl.h>

#include <optional>

#include "base/clock.hpp"
#include "http/poller.hpp"

namespace hadrill::http {

/// libcurl's global state; made once, before any handle.
void ensure_curl();

/// Its address must not change.
class CurlMulti {
 public:
  /// `earliest` is brought forward whenever a wake-up is asked for that lies before it.
  CurlMulti(Poller& poller, Instant& earliest);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  CURLM* handle() const { return handle_; }
  /// When it has to be woken, if ever.
  const std::optional<Instant>& wake_at() const { return wake_at_; }
  /// Does what is due by time.
  void act();
  /// Does what is due after `events` of epoll on `socket`.
  void act(int socket, std::uint32_t events);

 private:
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  Poller& poller_;
  Instant& earliest_;
  CURLM* handle_;
  std::optional<Instant> wake_at_;
};

}  // namespace hadrill::http
