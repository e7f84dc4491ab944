#include "check/workload_clock.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/json.hpp"
#include "check/hit.hpp"
#include "check/pod_book.hpp"
#include "check/timeline.hpp"
#include "history/event.hpp"

namespace hadrill {
namespace {

/// More rows of one phase say no more to anybody.
constexpr std::size_t kRowsOfAPhase = 50;

enum class Phase {
  node_away,   ///< a node is not Ready any more
  not_ready,   ///< a pod is not
  out,         ///< a pod is no ready endpoint of a Service any more
  rerouted,    ///< no user is sent to what is lost any more
  evicts,      ///< a node is tainted so that pods have to leave
  thrown_out,  ///< a pod's deletion was asked for
  made,        ///< a pod that stands in for one of those
  bound,
  running,
  ready,
  served,  ///< it is first seen to answer
  back,    ///< a pod that was out of its Service
  node_back,
};
struct PhaseName {
  const char* id;
  const char* words;
};
constexpr std::array<PhaseName, 13> kNames{{{"W1", "node not Ready"},
                                            {"W2", "pod not Ready"},
                                            {"W3", "pod out of its Service"},
                                            {"W4", "users sent elsewhere"},
                                            {"W5", "node evicts its pods"},
                                            {"W6", "pod thrown out"},
                                            {"W7", "replacement made"},
                                            {"W8", "replacement bound"},
                                            {"W9", "replacement runs"},
                                            {"W10", "replacement Ready"},
                                            {"W11", "replacement answers"},
                                            {"W12", "pod back in its Service"},
                                            {"W13", "node Ready again"}}};

/// Whether `name` is a member, from now on.
void keep(std::set<std::string>& members, const std::string& name, bool member) {
  if (member) members.insert(name);
  if (!member) members.erase(name);
}

bool says(const Event& event, const char* pointer) { return json_get<bool>(event.data, pointer).value_or(false); }

class WorkloadCourse {
 public:
  explicit WorkloadCourse(const Window& window) : window_(window), book_(window.t0_lower) {}

  void take(const Event& event) {
    if (event.type == event_type::node_changed) node(event);
    if (event.type == event_type::endpoint_changed) endpoint(event);
    if (event.type == event_type::pod_changed) pod(event);
    if (event.type == event_type::server_seen) server(event);
  }

  /// T3 of those who ask a Service and were hurt.
  void take(const ProberResult& user) {
    const bool asks = user.prober.through == probe_path::service || user.prober.through == probe_path::each_node_port ||
                      user.prober.through == probe_path::node_load_balancer;
    if (!asks || !user.impact || !user.served_again) return;
    add(Phase::rerouted, {"", "", user.prober.name, "samples", user.served_again, ""});
  }

  std::vector<RunTime> rows() && {
    std::vector<RunTime> all;
    for (auto& phase : rows_) {
      std::stable_sort(phase.begin(), phase.end(),
                       [](const RunTime& a, const RunTime& b) { return order_of(a) < order_of(b); });
      if (phase.size() > kRowsOfAPhase) phase.resize(kRowsOfAPhase);
      for (RunTime& row : phase) all.push_back(std::move(row));
    }
    return all;
  }

 private:
  bool after_t0(const Event& event) const { return event.at >= window_.t0_lower; }

  /// Each happens to each only once: what counts is the first time.
  void tell(Phase phase, const std::string& about, const Event& event) {
    if (!after_t0(event) || !told_.insert({phase, about}).second) return;
    add(phase, {"", "", about, event.type, since_t0(told_in(event), window_), ""});
  }

  void add(Phase phase, RunTime row) {
    const auto index = static_cast<std::size_t>(phase);
    row.id = kNames.at(index).id;
    row.what = kNames.at(index).words;
    rows_.at(index).push_back(std::move(row));
  }

  /// An open one comes last.
  static Duration order_of(const RunTime& row) { return row.since_t0->upper.value_or(Duration::max()); }

  void node(const Event& event) {
    const std::string name = json_text(event.data, "/node");
    const bool ready = json_text(event.data, "/ready") == "True" && !is_gone(event);
    const bool was = ready_nodes_.contains(name);
    keep(ready_nodes_, name, ready);
    if (was && !ready) tell(Phase::node_away, name, event);
    const bool evicts = says(event, "/evicts") && !is_gone(event);
    if (evicts && !evicting_.contains(name)) tell(Phase::evicts, name, event);
    keep(evicting_, name, evicts);
    if (!was && ready && told_.contains({Phase::node_away, name})) tell(Phase::node_back, name, event);
  }

  void endpoint(const Event& event) {
    const std::string pod = json_text(event.data, "/pod");
    const std::string about = pod + " of " + json_text(event.data, "/service");
    const bool ready = says(event, "/ready") && !is_gone(event);
    if (!ready && ready_endpoints_.contains(about)) tell(Phase::out, about, event);
    if (ready && told_.contains({Phase::out, about})) tell(Phase::back, about, event);
    keep(ready_endpoints_, about, ready);
  }

  void pod(const Event& event) {
    const PodFacts facts(event);
    const PodBook::News news = book_.take(event, facts);
    if (!facts.ready && ready_pods_.contains(facts.uid)) tell(Phase::not_ready, facts.name, event);
    if (!after_t0(event)) keep(ready_pods_, facts.uid, facts.ready);
    if (news == PodBook::News::left) tell(Phase::thrown_out, facts.name, event);
    if (news != PodBook::News::replacement) return;
    new_names_.insert(facts.name);
    tell(Phase::made, facts.name, event);
    if (facts.gone) return;
    if (!facts.node.empty()) tell(Phase::bound, facts.name, event);
    if (facts.phase == "Running") tell(Phase::running, facts.name, event);
    if (facts.ready) tell(Phase::ready, facts.name, event);
  }

  void server(const Event& event) {
    const std::string name = json_text(event.data, "/name");
    const std::string pod = name.substr(0, name.find(' '));
    if (new_names_.contains(pod)) tell(Phase::served, pod, event);
  }

  const Window& window_;
  std::array<std::vector<RunTime>, kNames.size()> rows_;
  std::set<std::pair<Phase, std::string>> told_;
  std::set<std::string> ready_nodes_;
  std::set<std::string> evicting_;    ///< nodes
  std::set<std::string> ready_pods_;  ///< uids, at T0
  std::set<std::string> ready_endpoints_;
  PodBook book_;
  std::set<std::string> new_names_;  ///< of pods that stand in
};

}  // namespace

bool is_gone(const Event& event) { return json_get<bool>(event.data, "/gone").value_or(false); }

Instant told_until(const EventLog& events, const char* type, const Window& window) {
  std::optional<Instant> ended;
  for (const Event& event : events.events) {
    if (event.type != event_type::workload_stream || event.at > window.end) continue;
    if (json_text(event.data, "/of") != type) continue;
    if (json_text(event.data, "/state") == "opened") {
      ended.reset();
    } else if (!ended) {
      ended = event.at;
    }
  }
  return ended.value_or(window.end);
}

std::vector<RunTime> workload_course(const EventLog& events, const Window& window,
                                     const std::vector<ProberResult>& probers) {
  WorkloadCourse course(window);
  for (const Event& event : events.events) {
    if (event.at <= window.end) course.take(event);
  }
  const std::set<std::string> hit = nodes_touched(events);
  for (const ProberResult& prober : probers) {
    const bool at_lost_node =
        prober.prober.through == probe_path::each_node_port && hit.contains(prober.prober.endpoint);
    if (!at_lost_node) course.take(prober);
  }
  return std::move(course).rows();
}

}  // namespace hadrill
