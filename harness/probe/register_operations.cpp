#include "probe/register_operations.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "base/json.hpp"

namespace hadrill {
namespace {

constexpr int kOk = 200;
constexpr int kCreated = 201;
constexpr int kNotFound = 404;
constexpr int kRequestTimeout = 408;
constexpr int kConflict = 409;
constexpr int kFirstClientError = 400;
constexpr int kLastClientError = 499;

std::string reason_of(const http::Transfer& transfer) {
  return transfer.status > 0 ? fmt::format("HTTP {} {}", transfer.status, transfer.reason) : transfer.reason;
}

bool is_not_found(const std::string& body) {
  const auto document = parse_json(body, "status");
  return document.ok() && json_text(*document, "/kind") == "Status" && json_text(*document, "/reason") == "NotFound";
}

/// An instant at which the answer was there for sure. Transfer::done may be a little early, as it is put together from
/// times of different sources; being late costs the audit nothing but sharpness.
Instant surely_over(const http::Transfer& transfer, const Clock& clock) { return std::max(transfer.done, clock.now()); }

std::uint16_t status_of(const http::Transfer& transfer) {
  return transfer.status > 0 && transfer.status <= 999 ? static_cast<std::uint16_t>(transfer.status) : 0;
}

class WriteOperation final : public Operation {
 public:
  WriteOperation(OperationPlace place, std::uint16_t vantage, AuditAccess access)
      : place_(std::move(place)), vantage_(vantage), access_(access) {}

  std::optional<http::Request> request(const Slot& slot) override {
    const auto ticket = access_.registers.next_write();
    if (!ticket) return std::nullopt;
    Write write;
    write.id = ticket->id;
    write.object = ticket->object;
    write.precondition = ticket->precondition;
    write.vantage = vantage_;
    write.invoked = access_.clock.now();
    if (!access_.log.invoked(write).ok()) return std::nullopt;  // what is not on disk must not happen
    in_flight_[slot.sequence] = {*ticket, write};
    const bool create = ticket->precondition == 0;
    http::Request request;
    request.method = create ? "POST" : "PUT";
    request.url = place_.base + (create ? access_.place.collection() : access_.place.object(ticket->object));
    request.body = register_body(access_.place, ticket->object, ticket->id, ticket->precondition);
    return request;
  }

  Outcome outcome(const Slot& slot, const http::Transfer& transfer, Duration latency) override {
    const auto found = in_flight_.find(slot.sequence);
    if (found == in_flight_.end()) return Outcome::other;
    const auto [ticket, invoked] = found->second;
    in_flight_.erase(found);
    const auto state = read_register(transfer.body, access_.place.run);
    const bool right = state && state->object == ticket.object && state->id == ticket.id;
    const WriteOutcome known = write_outcome(transfer, right);
    Write write = invoked;
    write.outcome = known;
    write.version = known == WriteOutcome::acknowledged ? state->version : 0;
    write.returned = surely_over(transfer, access_.clock);
    write.status = status_of(transfer);
    write.server = access_.servers.number(transfer.certificate_serial);
    // A failure is latched in the log; the run ends as an error.
    static_cast<void>(
        access_.log.returned(write, known == WriteOutcome::acknowledged ? std::string() : reason_of(transfer)));
    settle(ticket, write);
    return outcome_of(transfer, latency, place_.deadline, [&](std::string_view /*body*/) { return right; });
  }

  void abandoned(const Slot& slot) override {
    const auto found = in_flight_.find(slot.sequence);
    if (found == in_flight_.end()) return;
    access_.registers.indeterminate(found->second.ticket);
    in_flight_.erase(found);
  }

 private:
  struct InFlight {
    Registers::Ticket ticket;
    Write write;
  };

  void settle(const Registers::Ticket& ticket, const Write& write) {
    switch (write.outcome) {
      case WriteOutcome::acknowledged:
        return access_.registers.acknowledged(ticket, write.version);
      case WriteOutcome::refused:
        return access_.registers.refused(ticket, write.status == kConflict || write.status == kNotFound);
      case WriteOutcome::indeterminate:
        return access_.registers.indeterminate(ticket);
    }
  }

  OperationPlace place_;
  std::uint16_t vantage_;
  AuditAccess access_;
  std::unordered_map<std::uint32_t, InFlight> in_flight_;  ///< by sequence
};

class ListOperation final : public Operation {
 public:
  ListOperation(const OperationPlace& place, std::uint16_t vantage, AuditAccess access)
      : deadline_(place.deadline), vantage_(vantage), access_(access) {
    request_.url = place.base + access.place.list_path();
  }

  std::optional<http::Request> request(const Slot& /*slot*/) override { return request_; }

  Outcome outcome(const Slot& /*slot*/, const http::Transfer& transfer, Duration latency) override {
    return outcome_of(transfer, latency, deadline_, [&](std::string_view body) {
      auto list = read_register_list(body, access_.place.run);
      if (list) record(*list, transfer);
      return list.has_value();
    });
  }

 private:
  void record(const RegisterList& answer, const http::Transfer& transfer) {
    List list;
    list.version = answer.version;
    list.invoked = transfer.sent;
    list.returned = surely_over(transfer, access_.clock);
    list.vantage = vantage_;
    list.server = access_.servers.number(transfer.certificate_serial);
    list.scope = ListScope::listed;
    for (const RegisterState& state : answer.items) list.items.push_back({state.object, state.version, state.id});
    static_cast<void>(access_.log.list(list));
  }

  http::Request request_;
  Duration deadline_;
  std::uint16_t vantage_;
  AuditAccess access_;
};

class RegisterReadOperation final : public Operation {
 public:
  RegisterReadOperation(OperationPlace place, std::uint16_t vantage, AuditAccess access)
      : place_(std::move(place)), vantage_(vantage), access_(access) {}

  std::optional<http::Request> request(const Slot& slot) override {
    http::Request request;
    request.url = place_.base + access_.place.object(object_of(slot));
    return request;
  }

  Outcome outcome(const Slot& slot, const http::Transfer& transfer, Duration latency) override {
    const auto read = answered_read(transfer, object_of(slot), ReadPurpose::probe, vantage_, access_);
    if (read) static_cast<void>(access_.log.read(*read));
    return outcome_of(transfer, latency, place_.deadline,
                      [&](std::string_view /*body*/) { return read && read->version > 0; });
  }

 private:
  /// The ring it began with was there before the first slot.
  ObjectNumber object_of(const Slot& slot) const { return slot.sequence % access_.registers.ring(); }

  OperationPlace place_;
  std::uint16_t vantage_;
  AuditAccess access_;
};

}  // namespace

WriteOutcome write_outcome(const http::Transfer& transfer, bool right_body) {
  if (transfer.ending == http::Ending::refused) return WriteOutcome::refused;
  if (transfer.ending != http::Ending::response) return WriteOutcome::indeterminate;
  if (transfer.status == kOk || transfer.status == kCreated)
    return right_body ? WriteOutcome::acknowledged : WriteOutcome::indeterminate;
  const bool decided =
      transfer.status >= kFirstClientError && transfer.status <= kLastClientError && transfer.status != kRequestTimeout;
  return decided ? WriteOutcome::refused : WriteOutcome::indeterminate;
}

std::optional<Read> answered_read(const http::Transfer& transfer, ObjectNumber object, ReadPurpose purpose,
                                  std::uint16_t vantage, const AuditAccess& access) {
  if (transfer.ending != http::Ending::response) return std::nullopt;
  Read read;
  read.object = object;
  read.purpose = purpose;
  read.vantage = vantage;
  read.server = access.servers.number(transfer.certificate_serial);
  read.invoked = transfer.sent;
  read.returned = surely_over(transfer, access.clock);
  // A 404 counts as the API's word only when it comes from the API.
  if (transfer.status == kNotFound) return is_not_found(transfer.body) ? std::optional(read) : std::nullopt;
  const auto state = read_register(transfer.body, access.place.run);
  if (transfer.status != kOk || !state || state->object != object) return std::nullopt;
  read.version = state->version;
  read.id = state->id;
  return read;
}

std::unique_ptr<Operation> make_write(const OperationPlace& place, std::uint16_t vantage, AuditAccess access) {
  return std::make_unique<WriteOperation>(place, vantage, access);
}

std::unique_ptr<Operation> make_list(const OperationPlace& place, std::uint16_t vantage, AuditAccess access) {
  return std::make_unique<ListOperation>(place, vantage, access);
}

std::unique_ptr<Operation> make_register_read(const OperationPlace& place, std::uint16_t vantage, AuditAccess access) {
  return std::make_unique<RegisterReadOperation>(place, vantage, access);
}

}  // namespace hadrill
