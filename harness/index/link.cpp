#include "index/link.hpp"

#include <fmt/format.h>

#include <cctype>
#include <limits>

#include "base/duration.hpp"
#include "base/percent.hpp"

namespace hadrill::index {
namespace {

/// How much of its budget is used up at worst: above 1 it is missed.
double used(const trend::Measure& measure) {
  constexpr double kAll = std::numeric_limits<double>::infinity();
  if (measure.time && measure.time_budget) {
    if (!measure.time->upper) return kAll;
    const double budget = seconds_of(*measure.time_budget);
    const double upper = seconds_of(*measure.time->upper);
    return budget > 0 ? upper / budget : upper > 0 ? kAll : 0;
  }
  if (measure.share && measure.share_budget) {
    const double allowed = 1 - *measure.share_budget;
    const double down = 1 - measure.share->lower;
    return allowed > 0 ? down / allowed : down > 0 ? kAll : 0;
  }
  return 0;
}

std::string budget_of(const trend::Measure& measure) {
  if (measure.time_budget) return ", budget " + format_duration(*measure.time_budget);
  if (measure.share_budget) return fmt::format(", budget {} %", format_percent(*measure.share_budget));
  return "";
}

/// In a box of 20 by 20.
const char* outline_of(State state) {
  switch (state) {
    case State::blind:
      return "M10 19.5L0.8 2.5h18.4z";  // on its tip
    case State::left_behind:
      return "M5.2 1.5h9.6L19.5 10l-4.7 8.5H5.2L0.5 10z";
    case State::missed:
      return "M1.5 1.5h17v17h-17z";
    case State::error:
      return "M10 0.5L19.2 18H0.8z";
    case State::none:
      return "M2 2h16v16h-16z";  // its line is broken
    case State::aborted:
      return "M6 1.5h8L18.5 6v8L14 18.5H6L1.5 14V6z";
    case State::inconclusive:
      return "M10 0.5L19.5 10L10 19.5L0.5 10z";
    case State::seen:
    case State::passed:
      return "M10 1.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17z";
  }
  return "";
}

std::string title_of(const Entry& entry) {
  std::string text = minute_text(entry.started_utc);
  if (entry.seed) text += fmt::format(", seed {}", *entry.seed);
  text += fmt::format(": {}", text_of(state_of(entry)).word);
  if (!entry.stored) return text + (entry.why_none.empty() ? "" : ". " + entry.why_none);
  const std::string decided = deciding_text(entry);
  if (!decided.empty()) text += ". " + decided;
  if (entry.stored->cleanup_incomplete) text += ". Verdict: " + to_string(entry.stored->judgement);
  if (!entry.report) text += ". No report.html: hadrill judge makes one";
  return text;
}

}  // namespace

std::string link_to(const std::string& path) {
  std::string out = "./";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

Html shape_of(State state) {
  Html use;
  use.element("use", "", {{"href", std::string("#m-") + text_of(state).id}});
  Html html;
  html.element("svg", use, {{"viewBox", "0 0 20 20"}, {"class", "m"}, {"aria-hidden", "true"}});
  return html;
}

Html shapes() {
  Html all;
  for (const State state : kStates) {
    const StateText& text = text_of(state);
    // A triangle has its middle below, one on its tip above.
    const char* const y = state == State::error ? "16.2" : state == State::blind ? "12" : "14";
    Html one;
    one.element("path", "", {{"d", outline_of(state)}, {"class", "m-shape"}});
    if (state == State::seen)
      one.element("circle", "", {{"cx", "10"}, {"cy", "10"}, {"r", "6.3"}, {"class", "m-ring"}});
    one.element("text", text.letter, {{"x", "10"}, {"y", y}, {"text-anchor", "middle"}});
    all.element(
        "symbol", one,
        {{"id", std::string("m-") + text.id}, {"viewBox", "0 0 20 20"}, {"class", std::string("m-") + text.id}});
  }
  Html html;
  html.element("svg", all, {{"width", "0"}, {"height", "0"}, {"class", "defs"}, {"aria-hidden", "true"}});
  return html;
}

Html mark_of(const Entry& entry) {
  const State state = state_of(entry);
  const std::string title = title_of(entry);
  Html html;
  if (entry.directory.empty()) {
    html.element("span", shape_of(state),
                 {{"class", "cell"},
                  {"data-state", text_of(state).id},
                  {"title", title},
                  {"role", "img"},
                  {"aria-label", title}});
    return html;
  }
  html.element("a", shape_of(state),
               {{"class", "cell"},
                {"data-state", text_of(state).id},
                {"href", link_to(entry.directory + (entry.report ? "/report.html" : "/"))},
                {"title", title},
                {"aria-label", title}});
  return html;
}

const trend::Measure* deciding(const Entry& entry) {
  const trend::Measure* worst = nullptr;
  if (!entry.stored) return worst;
  for (const trend::Measure& measure : entry.stored->slos) {
    if (!measure.time && !measure.share) continue;
    const bool worse = worst == nullptr || measure.judgement > worst->judgement ||
                       (measure.judgement == worst->judgement && used(measure) > used(*worst));
    if (worse) worst = &measure;
  }
  return worst;
}

std::string deciding_text(const Entry& entry) {
  const trend::Measure* measure = deciding(entry);
  if (measure == nullptr) return "";
  const std::string value = measure->time ? to_text(*measure->time) : to_text(*measure->share);
  return fmt::format("{} {}{}", measure->id, value, budget_of(*measure));
}

}  // namespace hadrill::index
