#include "index/overview.hpp"

#include <algorithm>
#include <tuple>

namespace hadrill::index {
namespace {

/// Of an unknown time: after all others, so that nothing hides it.
bool earlier(const Entry* a, const Entry* b) {
  const auto order = [](const Entry& one) {
    return std::make_tuple(!trend::epoch_seconds(one.started_utc), one.started_utc, one.directory);
  };
  return order(*a) < order(*b);
}

std::string newest_of(const std::vector<Entry>& trials) {
  std::string newest;
  for (const Entry& entry : trials) {
    if (trend::epoch_seconds(entry.started_utc)) newest = std::max(newest, entry.started_utc);
  }
  return newest;
}

bool is_recent(const Entry& entry, std::optional<std::int64_t> newest) {
  const auto at = trend::epoch_seconds(entry.started_utc);
  return !at || !newest || *at > *newest - kRecentSeconds;
}

using RowKey = std::tuple<std::string, bool, std::string>;  // topology, no control, scenario

/// Leaves kMostRows, see there. Returns how many it left out.
std::size_t cut(std::map<RowKey, Row>& rows) {
  if (rows.size() <= kMostRows) return 0;
  std::vector<std::pair<int, RowKey>> order;
  for (const auto& [key, row] : rows) order.emplace_back(row.red() ? 0 : row.recent > 0 ? 1 : 2, key);
  std::sort(order.begin(), order.end());
  for (std::size_t i = kMostRows; i < order.size(); ++i) rows.erase(order[i].second);
  return order.size() - kMostRows;
}

std::vector<Group> groups_of(std::map<RowKey, Row> rows) {
  std::vector<Group> groups;
  for (auto& [key, row] : rows) {
    if (groups.empty() || groups.back().topology != row.topology) groups.push_back({row.topology, {}});
    groups.back().rows.push_back(std::move(row));
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    if (a.topology.empty() != b.topology.empty()) return b.topology.empty();
    return a.rows.size() > b.rows.size();
  });
  return groups;
}

}  // namespace

std::vector<const Entry*> Row::recent_with(State state) const {
  std::vector<const Entry*> found;
  for (std::size_t i = trials.size() - recent; i < trials.size(); ++i) {
    if (state_of(*trials[i]) == state) found.push_back(trials[i]);
  }
  return found;
}

bool Row::red() const {
  return std::any_of(trials.end() - static_cast<std::ptrdiff_t>(recent), trials.end(),
                     [](const Entry* entry) { return is_wrong(state_of(*entry)); });
}

Overview overview_of(const Root& root) {
  Overview out;
  out.trials = root.trials.size();
  out.newest_utc = newest_of(root.trials);
  const auto newest = trend::epoch_seconds(out.newest_utc);
  std::map<RowKey, Row> rows;
  for (const Entry& entry : root.trials) {
    Row& row = rows[{entry.topology, !entry.expected.fail, entry.scenario}];
    row.scenario = entry.scenario;
    row.topology = entry.topology;
    row.control = entry.expected.fail;
    row.trials.push_back(&entry);
    if (!is_recent(entry, newest)) continue;
    ++row.recent;
    ++out.recent;
    ++out.states[state_of(entry)];
  }
  for (auto& [key, row] : rows) {
    std::sort(row.trials.begin(), row.trials.end(), earlier);
    ++out.rows;
    out.recent_rows += row.recent > 0 ? 1 : 0;
  }
  out.left_out = cut(rows);
  out.groups = groups_of(std::move(rows));
  return out;
}

std::string name_of(const Row& row) {
  return row.scenario + (row.topology.empty() ? " on an unknown topology" : " on " + row.topology);
}

std::string minute_text(const std::string& utc) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kMinute = 16;
  if (!trend::epoch_seconds(utc)) return "at an unknown time";
  return utc.substr(0, kDate) + " " + utc.substr(kDate + 1, kMinute - kDate - 1);
}

}  // namespace hadrill::index
