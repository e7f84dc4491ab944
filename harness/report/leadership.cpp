#include "report/leadership.hpp"

#include <fmt/format.h>

#include "report/columns.hpp"
#include "report/course.hpp"
#include "report/users_json.hpp"

namespace hadrill {
namespace {

constexpr std::size_t kLabelWidth = 24;
/// More leaders of one run than these last ones say no more to anybody.
constexpr std::size_t kReignsShown = 5;

Json instants_json(const Interval& at) {
  return {{"notBeforeNs", at.begin == kDistantPast ? Json() : Json(at.begin.ns)}, {"byNs", at.end.ns}};
}

Json to_json(const Reign& reign) {
  return {{"holder", reign.holder},
          {"node", reign.node},
          {"number", reign.number},
          {"began", instants_json(reign.began)},
          {"confirmed", instants_json(reign.confirmed)},
          {"confirmations", reign.confirmations},
          {"longestGapNs", reign.longest_gap.count()},
          {"leaseDurationNs", reign.lease.count()},
          {"released", reign.released}};
}

Json to_json(const Failover& failover) {
  return {{"from", failover.from},
          {"fromNode", failover.from_node},
          {"to", failover.to},
          {"toNode", failover.to_node},
          {"detection", or_null(failover.detection)},
          {"acquired", to_json(failover.acquired)},
          {"datedByLog", failover.dated_by_log},
          {"work", or_null(failover.work)},
          {"workNotMeasured", failover.work_not_measured.empty() ? Json() : Json(failover.work_not_measured)},
          {"sinceLastRenewal", to_json(failover.since_last_renewal)}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string name_of(const Reign& reign) { return reign.node.empty() ? reign.holder : reign.node; }

std::string reign_text(const Reign& reign, bool etcd, const std::optional<Instant>& t0) {
  std::string text = fmt::format("{} ({} {})", name_of(reign), etcd ? "term" : "transition", reign.number);
  if (t0 && reign.began.end > *t0) text += " by " + since_t0_text(reign.began.end, *t0);
  if (reign.released) text += ", gave it up";
  return text;
}

std::string failover_text(const Failover& failover, bool etcd) {
  std::string text = "after T0: ";
  if (failover.detection)
    text += fmt::format("{} {}; ", etcd ? "leader missed" : "Lease free", to_text(*failover.detection));
  text += fmt::format("new leader {}{}; ", to_text(failover.acquired), failover.dated_by_log ? " (by its log)" : "");
  text += failover.work ? "works " + to_text(*failover.work) : "work not measured: " + failover.work_not_measured;
  return text + fmt::format("; {} since the old one was last seen to lead", to_text(failover.since_last_renewal));
}

std::string component_text(const LeadershipResult& result, const std::optional<Instant>& t0) {
  const std::string lead = fit(result.component, kLabelWidth);
  if (!result.not_measured.empty()) return wrap(lead, "not measured: " + result.not_measured);
  const bool etcd = result.component == component::etcd;
  const std::size_t skipped = result.reigns.size() - std::min(result.reigns.size(), kReignsShown);
  std::string text = result.reign_count > kReignsShown ? fmt::format("{} earlier, ", result.reign_count - kReignsShown)
                                                       : std::string();
  for (std::size_t i = skipped; i < result.reigns.size(); ++i)
    text += (i == skipped ? "" : ", then ") + reign_text(result.reigns[i], etcd, t0);
  if (result.reigns.empty()) text += "nobody was seen to lead";
  std::string lines = wrap(lead, text);
  if (result.failover) lines += wrap("    ", failover_text(*result.failover, etcd));
  return lines;
}

}  // namespace

Json to_json(const LeadershipResult& result) {
  Json reigns = Json::array();
  for (const Reign& reign : result.reigns) reigns.push_back(to_json(reign));
  return {{"component", result.component},
          {"notMeasured", text_or_null(result.not_measured)},
          {"observations", result.observations},
          {"takeovers", result.takeovers},
          {"unjudgedTakeovers", result.unjudged},
          {"unseenHolders", result.unseen},
          {"reignCount", result.reign_count},
          {"reigns", std::move(reigns)},
          {"changesAfterT0", result.changes},
          {"leaderHit", result.leader_hit},
          {"failover", result.failover ? to_json(*result.failover) : Json()},
          {"noFailover", text_or_null(result.no_failover)},
          {"violations", result.violations}};
}

std::string leadership_text(const Verdict& verdict) {
  std::string text;
  for (const LeadershipResult& result : verdict.leadership) text += component_text(result, verdict.times.t0_lower);
  return text.empty() ? text : "\nleaders\n" + text;
}

}  // namespace hadrill
