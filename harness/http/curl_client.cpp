#include "http/curl_client.hpp"

#include "http/curl_engine.hpp"

namespace hadrill::http {

CurlClient::CurlClient(TlsIdentity identity) : engine_(std::make_unique<CurlEngine>(std::move(identity))) {}

CurlClient::~CurlClient() = default;

Transfer CurlClient::send(const Request& request, const Interrupt& interrupt) {
  const std::uint64_t id = next_id_++;
  engine_->start(id, 0, request);
  MonotonicClock clock;
  // The engine ends the request at its timeout; one second on top only bounds this loop.
  const Instant give_up = clock.now() + request.timeout + std::chrono::seconds(1);
  while (!interrupt.raised() && clock.now() < give_up) {
    for (Finished& finished : engine_->drive_until(give_up, interrupt)) {
      if (finished.id == id) return std::move(finished.transfer);
    }
  }
  Transfer interrupted;
  interrupted.reason = "interrupted";
  interrupted.done = clock.now();
  return interrupted;
}

}  // namespace hadrill::http
