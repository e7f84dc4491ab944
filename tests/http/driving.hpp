// How tests drive an engine.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <map>

#include "http/curl_engine.hpp"

namespace hadrill::test {

constexpr Duration kPatience = std::chrono::seconds(20);

/// An engine, the requests sent with it and what has become of them.
class Driven {
 public:
  explicit Driven(const http::TlsIdentity& identity = {}) : engine_(identity) {}

  http::Engine& engine() { return engine_; }

  std::uint64_t start(const http::Request& request, std::uint16_t lane = 0) {
    engine_.start(++last_id_, lane, request);
    return last_id_;
  }
  http::Transfer wait(std::uint64_t id) {
    drive_until([&] { return finished_.contains(id); });
    auto node = finished_.extract(id);
    REQUIRE_FALSE(node.empty());
    return std::move(node.mapped());
  }
  http::Transfer send(const http::Request& request, std::uint16_t lane = 0) { return wait(start(request, lane)); }
  bool finished(std::uint64_t id) const { return finished_.contains(id); }

  /// Drives in small steps until `done` or until patience ends.
  template <typename Done>
  void drive_until(Done done) {
    const Instant give_up = MonotonicClock().now() + kPatience;
    while (!done() && MonotonicClock().now() < give_up) step();
    REQUIRE(done());
  }
  void step() {
    const Instant until = MonotonicClock().now() + std::chrono::milliseconds(2);
    for (http::Finished& finished : engine_.drive_until(until, Interrupt::never())) {
      REQUIRE_FALSE(finished_.contains(finished.id));
      finished_.emplace(finished.id, std::move(finished.transfer));
    }
  }

 private:
  http::CurlEngine engine_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, http::Transfer> finished_;
};

inline http::Request get(const std::string& url, http::ConnectionUse use = http::ConnectionUse::reused) {
  http::Request request;
  request.url = url;
  request.connection = use;
  return request;
}

}  // namespace hadrill::test
