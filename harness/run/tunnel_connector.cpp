#include "run/tunnel_connector.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/duration.hpp"
#include "http/transfer.hpp"

namespace hadrill {
namespace {

class TunnelConnection final : public http::Connected {
 public:
  TunnelConnection(std::unique_ptr<tunnel::Stream> stream, Duration blind_after)
      : stream_(std::move(stream)), blind_after_(blind_after) {}

  int take_socket() override {
    const int socket = stream_->take_socket();
    if (socket < 0) return -1;
    const auto* address = reinterpret_cast<const sockaddr*>(&stream_->address());
    if (connect(socket, address, stream_->address_size()) == 0) return socket;
    close(socket);
    return -1;
  }

  std::optional<http::ConnectionFailure> failure() const override {
    return failure_of(stream_->report(), blind_after_);
  }

 private:
  std::unique_ptr<tunnel::Stream> stream_;
  Duration blind_after_;
};

std::string words(const tunnel::StreamReport& report) {
  const std::string cause = to_string(report.cause);
  return report.detail.empty() ? cause : fmt::format("{}: {}", cause, report.detail);
}

}  // namespace

std::optional<http::ConnectionFailure> failure_of(const tunnel::StreamReport& report, Duration blind_after) {
  if (says_nothing_of_destination(report.cause)) return http::ConnectionFailure{http::Ending::blind, words(report)};
  switch (report.cause) {
    case tunnel::Cause::refused:
    case tunnel::Cause::unreachable:
      return http::ConnectionFailure{http::Ending::refused, words(report)};
    case tunnel::Cause::timed_out:
      return http::ConnectionFailure{http::Ending::timeout, words(report)};
    case tunnel::Cause::none:
      if (report.channel_silent < blind_after) return std::nullopt;
      return http::ConnectionFailure{http::Ending::blind, fmt::format("the tunnel's channel has been silent for {}",
                                                                      format_duration(report.channel_silent))};
    default:
      return std::nullopt;  // closed in order, or reset: what the socket shows
  }
}

std::unique_ptr<http::Connected> TunnelConnector::connect() {
  return std::make_unique<TunnelConnection>(tunnel_.open(destination_), blind_after_);
}

}  // namespace hadrill
