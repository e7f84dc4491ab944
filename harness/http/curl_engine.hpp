// Owns concurrent requests by libcurl: one multi handle per lane and server, one for those that share nothing, all
// driven by one epoll.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "http/curl_easy.hpp"
#include "http/engine.hpp"

namespace hadrill::http {

/// A limit of libcurl 7.88: after each HTTP/2 response without a Content-Length it resets the stream that has just
/// ended. Servers ignore that, but one built on nghttp2 gives a connection up (GOAWAY) that does so for long at more
/// than 33/s.
class CurlEngine final : public Engine {
 public:
  /// An identity that cannot be used ends every https request as Ending::tls, which says why.
  explicit CurlEngine(const TlsIdentity& identity);
  ~CurlEngine() override;
  CurlEngine(const CurlEngine&) = delete;
  CurlEngine& operator=(const CurlEngine&) = delete;

  void start(std::uint64_t id, std::uint16_t lane, const Request& request) override;
  void cancel(std::uint64_t id) override;
  std::vector<Finished> drive_until(Instant deadline, const Interrupt& interrupt) override;
  std::size_t in_flight() const override { return transfers_.size() + finished_.size(); }

 private:
  Lane& lane_for(std::uint16_t number, const Request& request);
  CurlMulti& multi_of(const CurlEasy& easy) { return easy.lane() != nullptr ? easy.lane()->multi : alone_; }
  std::unique_ptr<CurlEasy> idle_easy();
  template <typename... Event>
  void act(CurlMulti& multi, Event... event);
  void collect(CurlMulti& multi);
  void end(CurlEasy& easy, CURLcode code);
  void act_in_due_time();
  void end_silent_streams(Instant at);
  void deliver_held();
  void turn(Instant until, const Interrupt& interrupt);

  Surroundings around_;
  Instant earliest_;  ///< nothing is due by time before it
  CurlMulti alone_;
  std::vector<std::vector<std::unique_ptr<Lane>>> lanes_;  ///< by number
  std::vector<std::unique_ptr<CurlEasy>> idle_;
  std::unordered_map<std::uint64_t, std::unique_ptr<CurlEasy>> transfers_;
  std::vector<CurlEasy*> streams_;
  std::vector<Finished> finished_;
  bool acting_ = false;  ///< within libcurl, which must not be told to remove a transfer then
  std::vector<std::uint64_t> cancelled_meanwhile_;
};

}  // namespace hadrill::http
