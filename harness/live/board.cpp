#include "live/board.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/printable.hpp"
#include "check/derived_budget.hpp"
#include "check/failover.hpp"
#include "check/redundancy.hpp"

namespace hadrill::live {
namespace {

/// More than any screen has rows.
constexpr std::size_t kErrorsKept = 200;
constexpr std::size_t kLinesKept = 200;

/// Events that say nothing on their own, and come many times a second.
bool frequent(const std::string& type) {
  return type.starts_with("pod.") || type.starts_with("pods.") || type.starts_with("counter.") ||
         type == event_type::endpoint_changed || type == event_type::controllers_acted;
}

/// Names of nodes without the cluster's, which is in all of them.
class Shortener {
 public:
  explicit Shortener(const std::string& cluster) : prefix_(cluster + "-") {}

  void operator()(std::string& text) const {
    if (prefix_.size() == 1) return;
    for (std::size_t at = text.find(prefix_); at != std::string::npos; at = text.find(prefix_, at)) {
      const bool begins = at == 0 || std::string_view(" .,:(/").find(text[at - 1]) != std::string_view::npos;
      if (begins) {
        text.erase(at, prefix_.size());
      } else {
        ++at;
      }
    }
  }

 private:
  std::string prefix_;
};

/// What a cluster or a file says is made fit for a screen here, before anybody counts its columns.
void clean(const std::string& cluster, Snapshot& out) {
  const Shortener shorten(cluster);
  const auto fix = [&shorten](std::string& text) {
    text = printable(text);
    shorten(text);
  };
  for (std::string* text :
       {&out.scenario, &out.topology, &out.phase, &out.detail, &out.spares, &out.method, &out.hypothesis})
    fix(*text);
  for (ProberRow& row : out.probers) fix(row.name);
  for (SloRow& row : out.slos) fix(row.sli);
  for (LeaderRow& row : out.leaders) fix(row.who);
  for (ErrorRow& row : out.errors) {
    fix(row.who);
    fix(row.what);
  }
  for (std::string& line : out.log) line = printable(line);
}

std::string outcome_text(const Sample& sample) {
  std::string text = to_string(sample.outcome);
  if (sample.outcome == Outcome::http_status) text += " " + std::to_string(sample.http_status);
  return text;
}

}  // namespace

Board::Board(Announcement announced)
    : run_{announced.scenario, {}, std::nullopt, {}},
      announced_(std::move(announced)),
      course_(run_.scenario),
      derived_(run_.scenario.slos.size()) {}

void Board::begin(const SampleHeader& header) {
  header_ = header;
  for (const ProberInfo& info : header_.probers) probers_.push_back(std::make_unique<ProberBoard>(info));
}

void Board::see(const Sample& sample) {
  if (sample.prober >= probers_.size()) return;
  ProberBoard& prober = *probers_[sample.prober];
  prober.see(sample);
  if (sample.outcome == Outcome::ok || !is_judged(sample.outcome)) return;
  const std::string& server = header_.server_name(sample.server);
  note_error(sample.sent.ns != 0 ? sample.sent : sample.scheduled, prober.info().name,
             outcome_text(sample) + (server.empty() ? "" : " from " + server));
}

void Board::see(const Event& event) {
  if (leaders_.see(event)) return;
  course_.see(event);
  note_trouble(event);
  if (frequent(event.type)) return;
  run_.events.events.push_back(event);
  if (!window_ && course_.t0()) open_window();
  if (window_ && event.type == event_type::redundancy_check) {
    window_->end = std::max(window_->end, event.at);
    redundancy_ = redundancy_restored(run_.events, *window_);
  }
}

void Board::open_window() {
  const Interval t0 = *course_.t0();
  window_ =
      std::make_unique<Window>(Window{t0.begin, t0.end, t0.end, course_.steady_began(), course_.preparing_from()});
  for (const auto& prober : probers_) prober->open(window_.get());
  for (std::size_t i = 0; i < derived_.size(); ++i) derived_[i] = derived_budget(run_.scenario.slos[i], run_);
}

void Board::say(std::string line) {
  log_.push_back(std::move(line));
  if (log_.size() > kLinesKept) log_.pop_front();
}

void Board::note_error(Instant at, std::string who, std::string what) {
  // The same again, with others between them at most a little while ago: one line for all.
  constexpr std::size_t kLookBack = 8;
  const std::size_t from = errors_.size() - std::min(errors_.size(), kLookBack);
  for (std::size_t i = errors_.size(); i > from; --i) {
    Noted& known = errors_[i - 1];
    if (known.who != who || known.what != what) continue;
    ++known.count;
    known.first = std::min(known.first, at);
    known.last = std::max(known.last, at);
    return;
  }
  errors_.push_back({at, at, std::move(who), std::move(what)});
  if (errors_.size() > kErrorsKept) errors_.pop_front();
}

void Board::note_trouble(const Event& event) {
  const auto text = [&event](const char* pointer) { return json_text(event.data, pointer, "?"); };
  const std::string& type = event.type;
  if (type == event_type::steady_lost) note_error(event.at, "steady state", "lost: " + text("/reason"));
  if (type == event_type::fault_refused || type == event_type::fault_unproven || type == event_type::heal_unproven)
    note_error(event.at, type + " " + text("/step"), text("/reason"));
  if (type == event_type::fault_expired)
    note_error(event.at, type + " " + text("/node"), text("/why") + " " + json_text(event.data, "/trouble"));
  if (type == event_type::agent_lost) note_error(event.at, "agent on " + text("/node"), "channel lost");
  if (type == event_type::vantage_lost) note_error(event.at, "seen from " + text("/node"), text("/reason"));
  if (type == event_type::stopped) note_error(event.at, "run", text("/reason"));
  if (type == event_type::residue_found) note_error(event.at, "left on " + text("/node"), text("/what"));
  if (type == event_type::clock_stepped) note_error(event.at, "wall clock", "stepped");
  if (type == event_type::failed) note_error(event.at, text("/where"), text("/message"));
}

std::string Board::when(Instant at) const {
  const auto t0 = course_.t0();
  const Instant origin = t0 ? t0->begin : course_.began().value_or(at);
  const Duration since = at - origin;
  return fmt::format("{}{}{}", t0 ? "T0" : "", since < Duration::zero() ? "" : "+", format_seconds(since, 1));
}

void Board::move_window(Instant now) {
  if (!window_) return;
  window_->end = course_.window_end().value_or(std::max(now, window_->end));
  if (!course_.window_end()) return;
  for (const auto& prober : probers_) prober->close();
}

OutageSummary Board::summary_of(const ProberOutages& one) const {
  return summarise(one.downtime.proven, possible(one.downtime), {{window_->t0_lower, window_->end}}, one.counts.whole);
}

std::optional<Board::Reading> Board::read() const {
  if (!window_) return std::nullopt;
  Reading reading;
  for (const auto& prober : probers_) reading.probers.push_back(prober->outages());
  std::vector<const Downtime*> merged;
  WindowCounts counts;
  for (const ProberOutages& one : reading.probers) {
    if (!one.result.prober.through_load_balancer()) continue;
    merged.push_back(&one.downtime);
    counts.add(one.counts);
  }
  if (!merged.empty()) reading.api = merge_users(merged, *window_, {}, counts);
  reading.leadership = find_leadership({run_.scenario, leaders_.kept(), std::nullopt, {}}, *window_, std::nullopt);
  return reading;
}

void Board::tell_probers(Instant now, const std::optional<Reading>& reading, Snapshot& out) const {
  for (std::size_t i = 0; i < probers_.size(); ++i) {
    // What it measures is us.
    if (probers_[i]->info().null_prober()) continue;
    ProberRow row = probers_[i]->row(now);
    // Silence of somebody who is not asked says nothing.
    if (course_.stopped()) row.standing = Standing::not_asked;
    if (reading) row.since_t0 = summary_of(reading->probers[i]);
    out.probers.push_back(std::move(row));
  }
  // Users first; in the order of the scenario otherwise.
  std::stable_partition(out.probers.begin(), out.probers.end(), [](const ProberRow& row) { return row.user_facing; });
}

void Board::tell_marks(const std::optional<Reading>& reading, Snapshot& out) const {
  if (!reading) return;
  out.marks.push_back({"T0", "in force", Bounds{}});
  std::optional<Instant> impact;
  std::optional<Bounds> served;
  for (const ProberOutages& one : reading->probers) {
    const ProberResult& result = one.result;
    if (result.impact && !result.prober.null_prober())
      impact = std::min(impact.value_or(*result.impact), *result.impact);
    if (!result.prober.user_facing() || !result.failover) continue;
    if (!served) served = *result.failover;
    served->lower = std::max(served->lower, result.failover->lower);
    const auto& upper = result.failover->upper;
    served->upper = upper && served->upper ? std::optional(std::max(*upper, *served->upper)) : std::nullopt;
  }
  MarkRow first{"T1", "first hurt", std::nullopt};
  if (impact) first.since_t0 = Bounds{*impact - window_->t0_upper, *impact - window_->t0_lower};
  out.marks.push_back(std::move(first));
  const auto told = course_.marks();
  const auto add_told = [&](const char* id) {
    for (const MarkRow& row : told) {
      if (row.id == id) out.marks.push_back(row);
    }
  };
  add_told("T2");
  if (served && served->upper) out.marks.push_back({"T3", "served again", served});
  add_told("T3'");
  add_told("T4");
  if (redundancy_ && redundancy_->lost && redundancy_->back)
    out.marks.push_back({"T5", "every spare back", redundancy_->restored});
}

Snapshot Board::snapshot(Instant now) {
  move_window(now);
  for (const auto& prober : probers_) prober->settle(now);
  const auto reading = read();
  Snapshot out;
  out.scenario = run_.scenario.name;
  out.topology = run_.scenario.topologies.empty() ? "" : run_.scenario.topologies.front();
  out.seed = std::to_string(announced_.seed);
  out.hypothesis = announced_.hypothesis;
  const auto t0 = course_.t0();
  out.since_t0 = t0.has_value();
  // The clock stands when the verdict's window is over.
  const Instant until = t0 ? course_.window_end().value_or(now) : now;
  out.elapsed = std::max(Duration::zero(), until - (t0 ? t0->begin : course_.began().value_or(now)));
  course_.tell(now, out);
  tell_marks(reading, out);
  tell_probers(now, reading, out);
  if (!course_.stopped()) out.leaders = leaders_.rows(now);
  for (std::size_t i = 0; i < run_.scenario.slos.size(); ++i) out.slos.push_back(slo_row(i, reading));
  for (const Noted& noted : errors_) {
    const std::string first = when(noted.first);
    const std::string last = when(noted.last);
    out.errors.push_back({first == last ? first : fmt::format("{} to {}", first, last.substr(t0 ? 2 : 0)), noted.who,
                          noted.what, noted.count});
  }
  out.log.assign(log_.begin(), log_.end());
  out.missed_samples = missed_;
  clean(announced_.cluster, out);
  return out;
}

}  // namespace hadrill::live
