#include <fmt/format.h>

#include <algorithm>

#include "index/link.hpp"
#include "index/sections.hpp"

namespace hadrill::index {
namespace {

std::string count_text(std::size_t n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string trials_text(std::size_t n) { return count_text(n, "trial", "trials"); }

std::size_t count_of(const Overview& overview, State state) {
  const auto found = overview.states.find(state);
  return found == overview.states.end() ? 0 : found->second;
}

/// The colour of the heading: of what is red, of what is open, of what is well.
const char* kind_of(const Overview& overview) {
  for (const State state : {State::blind, State::left_behind, State::missed, State::error, State::none}) {
    if (count_of(overview, state) > 0) return "fail";
  }
  const bool open = count_of(overview, State::aborted) + count_of(overview, State::inconclusive) > 0;
  return open || overview.recent == 0 ? "inconclusive" : "pass";
}

/// "etcd-leader-kill on stacked (2 of 5)": to the newest trial that ended so.
Html named_row(const Row& row, const std::vector<const Entry*>& trials) {
  const Entry& newest = *trials.back();
  const std::string name = name_of(row);
  Html html;
  if (newest.directory.empty()) {
    html.element("span", name);
  } else {
    html.element("a", name, {{"href", link_to(newest.directory + (newest.report ? "/report.html" : "/"))}});
  }
  return html.text(fmt::format(" ({} of {})", trials.size(), row.recent));
}

Html call_of(const Overview& overview, State state) {
  const StateText& text = text_of(state);
  Html line;
  line.append(shape_of(state));
  Html words;
  std::size_t rows = 0;
  Html names;
  for (const Group& group : overview.groups) {
    for (const Row& row : group.rows) {
      const auto trials = row.recent_with(state);
      if (trials.empty()) continue;
      ++rows;
      if (rows > kMostNamed) continue;
      if (rows > 1) names.text(", ");
      names.append(named_row(row, trials));
    }
  }
  if (rows > kMostNamed) names.text(fmt::format(", and {} more below", rows - kMostNamed));
  words.element("strong", fmt::format("{} in {}", text.word, trials_text(count_of(overview, state))));
  words.text(fmt::format(": {}. ", text.act)).append(names).text(".");
  line.element("span", words);
  Html html;
  html.element("li", line, {{"data-state", text.id}});
  return html;
}

std::string sentence_of(const Overview& overview) {
  if (overview.recent == 0) return "There is no trial to tell of.";
  const std::size_t passed = count_of(overview, State::passed);
  const std::size_t seen = count_of(overview, State::seen);
  std::string text = fmt::format("In the 24 hours up to {} UTC, {} of {} passed", minute_text(overview.newest_utc),
                                 passed, trials_text(overview.recent));
  if (seen > 0)
    text += fmt::format(", and {} failed, as {} to", count_text(seen, "known-bad control", "known-bad controls"),
                        seen == 1 ? "it has" : "they have");
  if (passed + seen == overview.recent) return text + ": nobody has to act.";
  text += ".";
  struct Side {
    std::size_t trials;
    const char* text;
  };
  const std::size_t harness = count_of(overview, State::error) + count_of(overview, State::none);
  const std::size_t unknown = count_of(overview, State::aborted) + count_of(overview, State::inconclusive);
  std::string sides;
  for (const Side& side : {Side{count_of(overview, State::missed), "{} missed an SLO: that is the cluster"},
                           Side{harness, "{} ended without a verdict: that is the machine or hadrill"},
                           Side{unknown, "{} decide nothing: nobody knows"},
                           Side{count_of(overview, State::left_behind), "{} left something behind: clean up first"},
                           Side{count_of(overview, State::blind), "{} did not show what had to fail: trust no pass"}}) {
    if (side.trials == 0) continue;
    sides += sides.empty() ? " " : "; ";
    sides += fmt::format(fmt::runtime(side.text), side.trials);
  }
  return text + sides + ".";
}

}  // namespace

std::string word_of(const Overview& overview) {
  if (overview.recent == 0) return "Nothing to tell";
  if (count_of(overview, State::blind) > 0) return "Not to be trusted";
  if (count_of(overview, State::missed) > 0) return "Failed";
  if (count_of(overview, State::left_behind) > 0) return "Not cleaned up";
  if (count_of(overview, State::error) + count_of(overview, State::none) > 0) return "Trouble";
  if (count_of(overview, State::aborted) > 0) return "Stopped early";
  return count_of(overview, State::inconclusive) > 0 ? "Undecided" : "Passed";
}

Html top_section(const Overview& overview) {
  Html html;
  html.element("p",
               fmt::format("{} of {} on their topologies", trials_text(overview.trials),
                           count_text(overview.rows, "scenario", "scenarios")),
               {{"class", "scenario"}});
  html.element("h1", word_of(overview), {{"class", fmt::format("verdict verdict-{}", kind_of(overview))}});
  html.element("p", sentence_of(overview), {{"class", "sentence"}, {"id", "sentence"}});
  Html calls;
  for (const State state : kStates) {
    if (is_wrong(state) && count_of(overview, state) > 0) calls.append(call_of(overview, state));
  }
  if (!calls.none()) html.element("ul", calls, {{"class", "calls"}});
  if (overview.recent_rows < overview.rows)
    html.element("p",
                 fmt::format("{} have no trial in those 24 hours; their newest trials are below, and say nothing here.",
                             count_text(overview.rows - overview.recent_rows, "scenario", "scenarios")),
                 {{"class", "note"}, {"id", "stale"}});
  Html out;
  out.element("header", html);
  return out;
}

}  // namespace hadrill::index
