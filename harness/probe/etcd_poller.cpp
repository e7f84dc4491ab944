#include "probe/etcd_poller.hpp"

#include <charconv>

#include "kube/answer.hpp"

namespace hadrill {
namespace {

/// The gateway writes 64-bit numbers as strings and leaves zeros out. What does not fit is no number of etcd's.
std::int64_t number_in(const Json& object, std::string_view pointer) {
  const std::string text = json_text(object, pointer);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::clamp<std::int64_t>(value, 0, kLatest.ns);
}

}  // namespace

Event etcd_look(const std::string& node, const http::Transfer& transfer) {
  Event event{
      std::max(transfer.done, transfer.sent), event_type::etcd_member, {{"node", node}, {"sentNs", transfer.sent.ns}}};
  if (!kube::is_good(transfer)) {
    event.data["reason"] = kube::describe(transfer);
    return event;
  }
  const auto status = parse_json(transfer.body, "status");
  const std::string member = status.ok() ? json_text(*status, "/header/member_id") : "";
  if (member.empty()) {
    event.data["reason"] = "not a member's status";
    return event;
  }
  event.data["member"] = member;
  event.data["leader"] = json_text(*status, "/leader", "0");
  event.data["term"] = number_in(*status, "/raftTerm");
  event.data["index"] = number_in(*status, "/raftIndex");
  event.data["applied"] = number_in(*status, "/raftAppliedIndex");
  event.data["learner"] = json_get<bool>(*status, "/isLearner").value_or(false);
  return event;
}

void EtcdPoller::act(Instant now, Courier& courier) {
  if (asking_ || stopped_ || now < next_) return;
  http::Request request;
  request.method = "POST";
  request.url = place_.base + "/v3/maintenance/status";
  request.body = "{}";
  request.timeout = kTimeout;
  request.connector = place_.connector;
  asking_ = true;
  // The next of its grid that is not over, so that one that was late does not shift the others.
  while (next_ <= now) next_ = next_ + period_;
  ticket_ = courier.send(*this, request);
}

void EtcdPoller::ended(std::uint64_t ticket, const http::Transfer& transfer) {
  if (!asking_ || ticket != ticket_) return;
  asking_ = false;
  // A look that we ended ourselves, or that did not get to the member, says nothing of it.
  if (!stopped_ && transfer.ending != http::Ending::blind) sink_(etcd_look(place_.node, transfer));
}

void EtcdPoller::stop(Courier& courier) {
  stopped_ = true;
  if (asking_) courier.cancel(ticket_);
}

}  // namespace hadrill
