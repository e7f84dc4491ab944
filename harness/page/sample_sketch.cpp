#include "page/sample_sketch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "check/slot_walk.hpp"
#include "check/validity.hpp"
#include "page/prober_sketch.hpp"

namespace hadrill {
namespace {

constexpr Duration kSecond = LatenessWindows::kLength;

/// Ways on which something chooses who answers.
bool is_spread(const ProberInfo& prober) { return prober.user_facing(); }

/// Who answered on one way, second by second.
class ServerWatch {
 public:
  /// Answers of one second: `by_server` of each server, `asked` in all.
  void add(Interval second, const std::map<std::string, std::size_t>& by_server, std::size_t asked) {
    for (const auto& [name, count] : by_server) lanes_.try_emplace(name);
    for (auto& [name, stretches] : lanes_) {
      const auto found = by_server.find(name);
      const std::size_t count = found == by_server.end() ? 0 : found->second;
      extend(stretches, second, asked, count);
    }
  }

  std::map<std::string, std::vector<Stretch>> finish() {
    for (auto& [name, stretches] : lanes_) thin(stretches);
    return std::move(lanes_);
  }

 private:
  /// `asked` and `failed` of these stretches: answers of all, and those that others gave.
  static void extend(std::vector<Stretch>& stretches, Interval second, std::size_t asked, std::size_t count) {
    const LaneState state = count > 0 ? LaneState::up : LaneState::idle;
    if (stretches.empty() || stretches.back().state != state || stretches.back().end != second.begin)
      stretches.push_back({second.begin, second.end, state});
    Stretch& last = stretches.back();
    last.end = second.end;
    last.asked += asked;
    last.failed += asked - count;
    if (stretches.size() > 2 * kMostStretches) thin(stretches);
  }

  std::map<std::string, std::vector<Stretch>> lanes_;
};

class Sketcher {
 public:
  Sketcher(const SampleHeader& header, const Axis& axis, const BinGrid& grid,
           const std::map<std::uint16_t, std::string>& seen)
      : header_(header), axis_(axis), seen_(seen) {
    probers_.reserve(header.probers.size());
    for (const ProberInfo& prober : header.probers) probers_.emplace_back(prober, axis, grid);
    find_ways();
  }

  void take(const ClosedSecond& second) {
    const Instant begin = axis_.origin + kSecond * second.index();
    const Interval drawn{std::max(begin, axis_.begin), std::min(begin + kSecond, axis_.end)};
    Duration lateness{};
    bool any = false;
    for (std::size_t i = 0; i < probers_.size(); ++i) {
      for (const Sample& sample : second.samples_of(i)) {
        probers_[i].add(sample);
        if (sample.sent.ns == 0) continue;
        any = true;
        lateness = std::max(lateness, sample.sent - sample.scheduled);
      }
    }
    if (!any || drawn.end <= drawn.begin) return;
    add_punctuality(drawn, lateness);
    add_servers(second, drawn);
  }

  SampleSketch finish() {
    SampleSketch sketch;
    for (ProberSketcher& prober : probers_) sketch.probers.push_back(prober.finish());
    for (Way& way : ways_) {
      for (auto& [name, stretches] : way.servers.finish())
        sketch.servers.push_back({way.through, {name, std::move(stretches), ""}});
    }
    thin(punctuality_);
    sketch.punctuality = {"requests sent on time", std::move(punctuality_), ""};
    return sketch;
  }

 private:
  void add_punctuality(Interval second, Duration lateness) {
    const bool late = lateness > LatenessWindows::kLatest;
    const LaneState state = late ? LaneState::down : LaneState::up;
    const bool goes_on =
        !punctuality_.empty() && !late && punctuality_.back().state == state && punctuality_.back().end == second.begin;
    if (goes_on) {
      punctuality_.back().end = second.end;
    } else {
      punctuality_.push_back({second.begin, second.end, state,
                              late ? fmt::format("sent up to {} late", format_duration(lateness)) : std::string()});
    }
    if (punctuality_.size() > 2 * kMostStretches) thin(punctuality_);
  }

  void add_servers(const ClosedSecond& second, Interval drawn) {
    for (Way& way : ways_) way.counts.clear();
    for (std::size_t i = 0; i < probers_.size(); ++i) {
      if (!way_of_[i]) continue;
      auto& counts = ways_[*way_of_[i]].counts;
      for (const Sample& sample : second.samples_of(i)) {
        if (sample.server >= counts.size()) counts.resize(sample.server + std::size_t{1});
        ++counts[sample.server];
      }
    }
    for (Way& way : ways_) {
      std::map<std::string, std::size_t> by_name;
      std::size_t asked = 0;
      // Number 0: nobody is known to have answered.
      for (std::size_t number = 1; number < way.counts.size(); ++number) {
        if (way.counts[number] == 0) continue;
        by_name[name_of(static_cast<std::uint16_t>(number))] += way.counts[number];
        asked += way.counts[number];
      }
      if (!way.counts.empty()) way.servers.add(drawn, by_name, asked);
    }
  }

  std::string name_of(std::uint16_t number) const {
    const std::string& known = header_.server_name(number);
    if (!known.empty()) return known;
    const auto found = seen_.find(number);
    return found == seen_.end() ? fmt::format("?{}", number) : found->second;
  }

  /// Something that chooses who answers.
  struct Way {
    std::string through;
    ServerWatch servers;
    std::vector<std::size_t> counts;  ///< of the second at hand, by Sample::server
  };

  void find_ways() {
    for (const ProberInfo& prober : header_.probers) {
      way_of_.emplace_back();
      if (!is_spread(prober)) continue;
      const auto found =
          std::find_if(ways_.begin(), ways_.end(), [&prober](const Way& way) { return way.through == prober.through; });
      way_of_.back() = static_cast<std::size_t>(found - ways_.begin());
      if (found == ways_.end()) ways_.push_back({prober.through, {}, {}});
    }
  }

  const SampleHeader& header_;
  Axis axis_;
  const std::map<std::uint16_t, std::string>& seen_;
  std::vector<ProberSketcher> probers_;
  std::vector<Way> ways_;
  std::vector<std::optional<std::size_t>> way_of_;  ///< by prober
  std::vector<Stretch> punctuality_;
};

}  // namespace

Result<SampleSketch> sketch_samples(SampleStream& samples, const Axis& axis, const BinGrid& grid,
                                    const std::map<std::uint16_t, std::string>& seen) {
  std::optional<Sketcher> sketcher;
  const auto walked = walk_slots(
      samples, axis.origin, [&] { sketcher.emplace(samples.header(), axis, grid, seen); },
      [&](const ClosedSecond& second) { sketcher->take(second); });
  if (!walked.ok()) return walked.error();
  return sketcher->finish();
}

}  // namespace hadrill
