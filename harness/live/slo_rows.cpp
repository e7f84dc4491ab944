// How far each SLO is, while the run goes on: a part of the board.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/percent.hpp"
#include "check/failover.hpp"
#include "check/hit.hpp"
#include "check/slo.hpp"
#include "live/board.hpp"

namespace hadrill::live {
namespace {

using Kind = SliRef::Kind;

/// Until something happens, rather than for how long something was bad.
bool waits(Kind kind) {
  return kind == Kind::redundancy_restored || kind == Kind::served_again || kind == Kind::failover ||
         kind == Kind::leader_works;
}

SloRow::State state_of(Judgement judged) {
  if (judged == Judgement::fail) return SloRow::State::missed;
  return judged == Judgement::pass ? SloRow::State::kept : SloRow::State::open;
}

/// Of all of them, zero where none was hurt. nullopt: there is none.
std::optional<Bounds> served_again(const std::string& name, const std::vector<ProberOutages>& probers,
                                   const EventLog& events) {
  const std::set<std::string> touched = nodes_touched(events);
  std::optional<Bounds> all;
  for (const ProberOutages& one : probers) {
    if (!is_meant(name, one.result.prober, touched)) continue;
    if (!all) all = Bounds{Duration::zero(), Duration::zero()};
    if (one.result.served_again) all = later(*all, *one.result.served_again);
  }
  return all;
}

}  // namespace

bool Board::told_so_far(const SliRef& sli) const {
  if (sli.kind == Kind::leader_works) return sli.prober != component::etcd;
  if (waits(sli.kind)) return true;
  if (sli.kind != Kind::longest_outage && sli.kind != Kind::total_outage && sli.kind != Kind::availability)
    return false;
  if (sli.prober.empty() || sli.prober == "api") return true;
  return std::any_of(probers_.begin(), probers_.end(),
                     [&sli](const auto& prober) { return prober->info().name == sli.prober; });
}

void Board::tell_outages(const Slo& slo, std::optional<Duration> most, const std::optional<Reading>& reading,
                         SloRow& row) const {
  const OutageSummary* found = nullptr;
  OutageSummary own;
  for (std::size_t i = 0; reading && i < reading->probers.size(); ++i) {
    if (probers_[i]->info().name != slo.sli.prober) continue;
    own = summary_of(reading->probers[i]);
    found = &own;
  }
  if (reading && reading->api && slo.sli.prober == "api") found = &*reading->api;
  if (found == nullptr) return;
  if (slo.sli.kind == Kind::availability) {
    row.so_far = to_text(found->availability);
    const Judgement judged = judge_share(found->availability, slo.availability, found->proven);
    // A share may still rise.
    row.state = judged == Judgement::pass ? SloRow::State::kept : SloRow::State::open;
    return;
  }
  const Bounds& time = slo.sli.kind == Kind::longest_outage ? found->longest : found->total;
  row.so_far = to_text(time);
  if (!most) return;
  row.state = state_of(judge_time(time, *most, found->proven));
  if (*most > Duration::zero()) row.used = seconds_of(time.lower) / seconds_of(*most);
}

std::optional<Bounds> Board::awaited(const SliRef& sli, const std::optional<Reading>& reading) const {
  if (!reading) return std::nullopt;
  if (sli.kind == Kind::redundancy_restored)
    return redundancy_ && redundancy_->looked ? std::optional(redundancy_->restored) : std::nullopt;
  if (sli.kind == Kind::served_again) return served_again(sli.prober, reading->probers, run_.events);
  std::string why;
  for (const LeadershipResult& result : reading->leadership) {
    if (result.component == sli.prober) return failover_time(result, sli.kind, *window_, why);
  }
  return std::nullopt;
}

void Board::tell_awaited(std::size_t index, std::optional<Duration> most, const std::optional<Reading>& reading,
                         SloRow& row) const {
  const auto time = awaited(run_.scenario.slos[index].sli, reading);
  if (!time) return;
  const auto& derived = derived_[index];
  const bool bounded = derived && derived->ok() && (**derived).upper > Duration::zero();
  row.so_far = to_text(*time);
  Duration used = time->lower;
  if (most) {
    row.state = state_of(bounded ? judge_time(*time, (**derived).lower, *most) : judge_time(*time, *most, false));
  }
  if (!time->upper && !course_.window_end()) {
    // What nobody has seen may have happened already: that the time is over proves nothing yet.
    used = std::max(Duration::zero(), window_->end - window_->t0_upper);
    row.so_far = "pending, " + format_seconds(used, 1);
    if (most && row.state == SloRow::State::open && used > *most) row.state = SloRow::State::overdue;
  }
  if (most && *most > Duration::zero()) row.used = seconds_of(used) / seconds_of(*most);
}

SloRow Board::slo_row(std::size_t index, const std::optional<Reading>& reading) const {
  const Slo& slo = run_.scenario.slos[index];
  SloRow row;
  row.sli = slo.sli.text;
  const auto& derived = derived_[index];
  std::optional<Duration> most = slo.automatic ? std::nullopt : std::optional(slo.budget);
  if (derived && derived->ok()) most = (**derived).upper;
  row.budget = slo.sli.kind == Kind::availability ? fmt::format(">= {} %", format_percent(slo.availability))
               : most ? fmt::format("<= {}", slo.automatic ? format_seconds(*most, 1) : format_duration(*most))
                      : std::string("by the flags");
  if (!told_so_far(slo.sli)) {
    row.state = SloRow::State::at_end;
  } else if (waits(slo.sli.kind)) {
    tell_awaited(index, most, reading, row);
  } else {
    tell_outages(slo, most, reading, row);
  }
  return row;
}

}  // namespace hadrill::live
