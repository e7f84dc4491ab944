#include "page/timeline_data.hpp"

#include <algorithm>

#include "report/facts.hpp"

namespace hadrill {
namespace {

std::int64_t micros(Duration duration) { return duration / std::chrono::microseconds(1); }

/// [begin, end, state], and what else there is: text, asked, failed.
Json to_json(const Stretch& stretch, const Axis& axis) {
  Json json = Json::array({axis.at(stretch.begin), axis.at(stretch.end), to_string(stretch.state)});
  const bool counted = stretch.asked > 0;
  if (counted || !stretch.text.empty()) json.push_back(stretch.text);
  if (counted) {
    json.push_back(stretch.asked);
    json.push_back(stretch.failed);
  }
  return json;
}

Json to_json(const Lane& lane, const Axis& axis) {
  Json stretches = Json::array();
  for (const Stretch& stretch : lane.stretches) stretches.push_back(to_json(stretch, axis));
  return {{"name", lane.name}, {"note", lane.note}, {"stretches", std::move(stretches)}};
}

Json groups_json(const std::vector<LaneGroup>& groups, const Axis& axis) {
  Json json = Json::array();
  for (const LaneGroup& group : groups) {
    Json lanes = Json::array();
    for (const Lane& lane : group.lanes) lanes.push_back(to_json(lane, axis));
    json.push_back({{"name", group.name}, {"note", group.note}, {"lanes", std::move(lanes)}});
  }
  return json;
}

Json phases_json(const Verdict& verdict, const Axis& axis) {
  Json phases = Json::array();
  const Times& times = verdict.times;
  if (!times.t0_lower || !times.t0_upper) return phases;
  phases.push_back({{"id", "T0"},
                    {"what", "fault in force"},
                    {"about", ""},
                    {"lower", axis.at(*times.t0_lower)},
                    {"upper", axis.at(*times.t0_upper)}});
  const auto add = [&](const RunTime& time) {
    if (!time.since_t0) return;
    const Instant lower = *times.t0_lower + time.since_t0->lower;
    phases.push_back(
        {{"id", time.id},
         {"what", time.what},
         {"about", time.about},
         {"lower", axis.at(lower)},
         {"upper", time.since_t0->upper ? Json(axis.at(*times.t0_lower + *time.since_t0->upper)) : Json()}});
  };
  for (const RunTime& time : times.course) add(time);
  for (const RunTime& time : verdict.workload) add(time);
  return phases;
}

Json not_owed_json(const Verdict& verdict, const Axis& axis) {
  Json stretches = Json::array();
  for (const NotOwed& stretch : verdict.not_owed)
    stretches.push_back({axis.at(stretch.begin), axis.at(stretch.end), stretch.reason});
  return stretches;
}

Json bins_json(const std::vector<LatencyBin>& bins) {
  Json asked = Json::array();
  Json failed = Json::array();
  Json least = Json::array();
  Json median = Json::array();
  Json most = Json::array();
  for (const LatencyBin& bin : bins) {
    asked.push_back(bin.asked);
    failed.push_back(bin.failed);
    const bool any = bin.answered > 0;
    least.push_back(any ? Json(micros(bin.least)) : Json());
    median.push_back(any ? Json(micros(bin.median)) : Json());
    most.push_back(any ? Json(micros(bin.most)) : Json());
  }
  return {{"asked", asked}, {"failed", failed}, {"least", least}, {"median", median}, {"most", most}};
}

/// In three lists of one length: shorter than a list of objects.
Json marks_json(const BadMarks& bad, const Axis& axis) {
  Json at = Json::array();
  Json latency = Json::array();
  Json outcome = Json::array();
  for (const BadMark& mark : bad.marks()) {
    at.push_back(axis.at(mark.at));
    latency.push_back(mark.latency ? Json(micros(*mark.latency)) : Json());
    outcome.push_back(static_cast<int>(mark.outcome));
  }
  return {{"every", bad.every()}, {"count", bad.count()}, {"at", at}, {"latency", latency}, {"outcome", outcome}};
}

Json latency_json(const Verdict& verdict, const Axis& axis, const BinGrid& grid, const SampleSketch& sketch) {
  Json edges = Json::array();
  for (const Instant edge : grid.edges()) edges.push_back(axis.at(edge));
  Json outcomes = Json::array();
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes.push_back(to_string(static_cast<Outcome>(i)));
  Json probers = Json::array();
  for (std::size_t i = 0; i < sketch.probers.size() && i < verdict.probers.size(); ++i) {
    const ProberInfo& info = verdict.probers[i].prober;
    probers.push_back({{"name", info.name},
                       {"user", info.user_facing()},
                       {"deadline", micros(info.deadline)},
                       {"period", micros(info.period)},
                       {"bins", bins_json(sketch.probers[i].bins)},
                       {"bad", marks_json(sketch.probers[i].bad, axis)}});
  }
  return {{"edges", std::move(edges)}, {"outcomes", std::move(outcomes)}, {"probers", std::move(probers)}};
}

Json worst_json(const std::string& name, const std::vector<WorstWindow>& windows) {
  Json points = Json::array();
  for (const WorstWindow& window : windows) {
    if (!window.availability) continue;
    points.push_back({micros(window.length), window.availability->lower, window.availability->upper});
  }
  return {{"name", name}, {"points", std::move(points)}};
}

Json worst_windows_json(const Verdict& verdict) {
  Json curves = Json::array();
  for (const ProberResult& prober : verdict.probers) {
    if (prober.user && !prober.user->worst_windows.empty())
      curves.push_back(worst_json(prober.prober.name, prober.user->worst_windows));
  }
  if (verdict.api && !verdict.api->worst_windows.empty())
    curves.push_back(worst_json(kApiRow, verdict.api->worst_windows));
  return curves;
}

}  // namespace

Json page_data(const RunContext& run, const Verdict& verdict, const Axis& axis, const BinGrid& grid,
               const SampleSketch& sketch) {
  const auto instant_or_null = [&axis](const std::optional<Instant>& at) { return at ? Json(axis.at(*at)) : Json(); };
  return {{"version", "hadrill/page/v1"},
          {"axis",
           {{"begin", axis.at(axis.begin)},
            {"end", axis.at(axis.end)},
            {"fromT0", axis.from_t0},
            {"windowEnd", instant_or_null(verdict.times.window_end)}}},
          {"phases", phases_json(verdict, axis)},
          {"notOwed", not_owed_json(verdict, axis)},
          {"groups", groups_json(lane_groups(run, verdict, axis, sketch), axis)},
          {"latency", latency_json(verdict, axis, grid, sketch)},
          {"worst", worst_windows_json(verdict)}};
}

}  // namespace hadrill
