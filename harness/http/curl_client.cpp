#include "http/curl_client.hpp"

#include "http/curl_engine.hpp"

namespace hadrill::http {

CurlClient::CurlClient(const TlsIdentity& identity) : engine_(std::make_unique<CurlEngine>(identity)) {}

CurlClient::~CurlClient() = default;

Transfer CurlClient::send(const Request& request, const Interrupt& interrupt) {
  // The engine ends a request at its timeout; this only bounds one turn of the loop.
  constexpr Duration kTurn = std::chrono::seconds(10);
  const std::uint64_t id = next_id_++;
  engine_->start(id, 0, request);
  bool interrupted = false;
  while (true) {
    if (interrupt.raised() && !interrupted) {
      interrupted = true;
      engine_->cancel(id);
    }
    for (Finished& finished : engine_->drive_until(MonotonicClock().now() + kTurn, interrupt)) {
      if (finished.id != id) continue;
      if (interrupted && finished.transfer.ending == Ending::other) finished.transfer.reason = "interrupted";
      return std::move(finished.transfer);
    }
  }
}

}  // namespace hadrill::http
