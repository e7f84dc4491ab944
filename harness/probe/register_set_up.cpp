#include "probe/register_set_up.hpp"

#include <fmt/format.h>

#include "kube/answer.hpp"
#include "probe/register_operations.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTimeout = 5s;
/// Between two tries of a request that was not answered as hoped.
constexpr auto kRetryPause = 200ms;

http::Request request_to(const std::string& method, const std::string& url, const std::string& body = {}) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.body = body;
  request.timeout = kRequestTimeout;
  return request;
}

/// Makes the objects one by one, with the operations that the probers use, so that the history has them alike.
class SetUp {
 public:
  SetUp(http::Client& client, const std::string& base, std::uint16_t vantage, AuditAccess access,
        const Interrupt& interrupt)
      : client_(client),
        base_(base),
        vantage_(vantage),
        access_(access),
        interrupt_(interrupt),
        write_(make_write({base, kRequestTimeout}, vantage, access)) {}

  Status run(Instant deadline) {
    std::string last = "nothing was tried";
    while (access_.registers.present() < access_.registers.ring()) {
      if (interrupt_.raised()) return interrupted_error("set-up of the audit");
      if (access_.log.failure()) return *access_.log.failure();
      if (access_.clock.now() >= deadline) {
        return infrastructure_error("set-up of the audit",
                                    fmt::format("only {} objects could be made", access_.registers.present()), last);
      }
      const http::Transfer transfer = access_.registers.has_doubtful() ? look() : make();
      last = kube::describe(transfer);
      if (!last_good_ && !access_.clock.wait_until(access_.clock.now() + kRetryPause, interrupt_)) {
        return interrupted_error("set-up of the audit");
      }
    }
    return Ok{};
  }

 private:
  http::Transfer make() {
    const Slot slot{0, sequence_++, access_.clock.now()};
    const auto request = write_->request(slot);
    if (!request) return {};
    const http::Transfer transfer = client_.send(with_timeout(*request), interrupt_);
    last_good_ = write_->outcome(slot, transfer, Duration::zero()) == Outcome::ok;
    return transfer;
  }

  /// An object whose creation is in doubt: it may be there, which is as good as made.
  http::Transfer look() {
    const ObjectNumber object = *access_.registers.next_doubtful();
    const http::Transfer transfer = client_.send(request_to("GET", base_ + access_.place.object(object)), interrupt_);
    const auto read = answered_read(transfer, object, ReadPurpose::recovery, vantage_, access_);
    last_good_ = read && read->version > 0;
    if (!read) {
      access_.registers.still_doubtful(object);
      return transfer;
    }
    static_cast<void>(access_.log.read(*read));
    access_.registers.found(object, read->version);
    return transfer;
  }

  static http::Request with_timeout(http::Request request) {
    request.timeout = kRequestTimeout;
    return request;
  }

  http::Client& client_;
  const std::string& base_;
  std::uint16_t vantage_;
  AuditAccess access_;
  const Interrupt& interrupt_;
  std::unique_ptr<Operation> write_;
  std::uint32_t sequence_ = 0;
  bool last_good_ = false;
};

/// One pass over what is still missing; leaves only that.
Status read_once(http::Client& client, const std::vector<FinalVantage>& vantages, AuditAccess& access,
                 const Interrupt& interrupt, std::vector<std::pair<std::size_t, ObjectNumber>>& missing) {
  std::vector<std::pair<std::size_t, ObjectNumber>> still_missing;
  for (const auto& [index, object] : missing) {
    const FinalVantage& from = vantages[index];
    const http::Transfer transfer = client.send(request_to("GET", from.base + access.place.object(object)), interrupt);
    if (interrupt.raised()) return interrupted_error("read-back");
    const auto read = answered_read(transfer, object, ReadPurpose::final, from.vantage, access);
    if (!read) {
      still_missing.emplace_back(index, object);
    } else if (const Status written = access.log.read(*read); !written.ok()) {
      return written;
    }
  }
  missing = std::move(still_missing);
  return Ok{};
}

}  // namespace

Status make_registers(http::Client& client, const std::string& base, std::uint16_t vantage, AuditAccess access,
                      const Interrupt& interrupt) {
  return SetUp(client, base, vantage, access, interrupt).run(access.clock.now() + kSetUpTimeout);
}

Result<std::size_t> read_back(http::Client& client, const std::vector<FinalVantage>& vantages, AuditAccess access,
                              Instant deadline, const Interrupt& interrupt) {
  std::vector<std::pair<std::size_t, ObjectNumber>> missing;
  for (std::size_t index = 0; index < vantages.size(); ++index) {
    for (ObjectNumber object = 0; object < access.registers.count(); ++object) missing.emplace_back(index, object);
  }
  while (!missing.empty()) {
    if (const Status read = read_once(client, vantages, access, interrupt, missing); !read.ok()) return read.error();
    const Instant next = access.clock.now() + kRetryPause;
    if (missing.empty() || next >= deadline) break;
    if (!access.clock.wait_until(next, interrupt)) return interrupted_error("read-back");
  }
  return missing.size();
}

}  // namespace hadrill
