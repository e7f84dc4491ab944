#include "run/tunnel_connector.hpp"

#include <catch2/catch.hpp>

#include "http/transfer.hpp"

using namespace hadrill;
using namespace std::chrono_literals;

namespace {

constexpr auto kBlindAfter = 9s;

tunnel::StreamReport ended(tunnel::Cause cause) {
  tunnel::StreamReport report;
  report.phase = tunnel::Phase::ended;
  report.cause = cause;
  return report;
}

std::optional<http::Ending> ending_of(const tunnel::StreamReport& report) {
  const auto failure = failure_of(report, kBlindAfter);
  return failure ? std::optional(failure->ending) : std::nullopt;
}

}  // namespace

TEST_CASE("what the destination did is the destination's failure") {
  CHECK(ending_of(ended(tunnel::Cause::refused)) == http::Ending::refused);
  CHECK(ending_of(ended(tunnel::Cause::unreachable)) == http::Ending::refused);
  CHECK(ending_of(ended(tunnel::Cause::timed_out)) == http::Ending::timeout);
  // The socket here shows these as they were there.
  CHECK_FALSE(ending_of(ended(tunnel::Cause::reset)));
  CHECK_FALSE(ending_of(ended(tunnel::Cause::finished)));
}

TEST_CASE("what the way there did is nobody's failure") {
  for (const auto cause : {tunnel::Cause::pod_gone, tunnel::Cause::channel_lost, tunnel::Cause::instrument})
    CHECK(ending_of(ended(cause)) == http::Ending::blind);
}

TEST_CASE("a request without an answer is the destination's failure as far as the channel answered") {
  tunnel::StreamReport waiting;
  waiting.phase = tunnel::Phase::open;
  waiting.channel_silent = 8s;  // it answered for the first second and more, the deadline of the prober
  CHECK_FALSE(ending_of(waiting));
  waiting.channel_silent = 9s;
  CHECK(ending_of(waiting) == http::Ending::blind);
}
