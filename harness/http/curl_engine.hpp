// Owns concurrent requests by libcurl: one multi handle per lane, all driven by one epoll.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "http/curl_easy.hpp"
#include "http/engine.hpp"

namespace hadrill::http {

class CurlEngine final : public Engine {
 public:
  explicit CurlEngine(TlsIdentity identity);
  ~CurlEngine() override;
  CurlEngine(const CurlEngine&) = delete;
  CurlEngine& operator=(const CurlEngine&) = delete;

  void start(std::uint64_t id, std::uint16_t lane, const Request& request) override;
  void cancel(std::uint64_t id) override;
  std::vector<Finished> drive_until(Instant deadline, const Interrupt& interrupt) override;
  std::size_t in_flight() const override { return transfers_.size(); }

 private:
  /// A multi handle: its own connection pool, its own next time-out.
  struct Lane {
    CurlEngine* engine = nullptr;
    CURLM* multi = nullptr;
    std::optional<Instant> wake_at;
  };
  struct Running {
    std::uint64_t id = 0;
    Lane* lane = nullptr;
    std::unique_ptr<CurlEasy> easy;
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* lane, void* known);
  static int on_timer(CURLM* multi, long timeout_ms, void* lane);
  Lane& lane(std::uint16_t number);
  void wait_for_sockets(Instant deadline, const Interrupt& interrupt);
  void run_timers();
  void collect(Lane& lane, std::vector<Finished>& finished);

  TlsIdentity identity_;
  int epoll_ = -1;
  std::map<std::uint16_t, std::unique_ptr<Lane>> lanes_;
  std::unordered_map<CURL*, Running> transfers_;
  std::vector<Finished> cancelled_;
  /// Which lane a socket belongs to: epoll tells the socket only.
  std::unordered_map<curl_socket_t, Lane*> sockets_;
};

}  // namespace hadrill::http
