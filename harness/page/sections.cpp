#include "page/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "page/headline.hpp"
#include "report/course.hpp"
#include "report/facts.hpp"
#include "report/hypothesis.hpp"

namespace hadrill {
namespace {

/// A table of rows that are made of texts; the first column is the heading of its row.
class Table {
 public:
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  void add(const std::vector<std::string>& texts) {
    Html cells;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i == 0) {
        cells.element("th", texts[i], {{"scope", "row"}});
      } else {
        cells.element("td", texts[i], {{"data-label", columns_[i]}});
      }
    }
    rows_.element("tr", cells);
  }

  bool none() const { return rows_.none(); }

  Html html(std::string_view classes = "cards") const {
    Html head;
    for (const std::string& column : columns_) head.element("th", column, {{"scope", "col"}});
    Html parts;
    parts.element("thead", Html().element("tr", head)).element("tbody", rows_);
    Html table;
    table.element("table", parts, {{"class", classes}});
    return table;
  }

 private:
  std::vector<std::string> columns_;
  Html rows_;
};

std::string t0_text(const RunFacts& facts, const FaultFact& fault) {
  if (!fault.t0_lower) return "not proven in force";
  const std::string utc = facts.utc(*fault.t0_lower);
  return fmt::format("in force from {}, known to within {}", utc.empty() ? "an unknown time of day" : utc,
                     format_duration(*fault.t0_upper - *fault.t0_lower));
}

Html broken_list(const RunFacts& facts) {
  Html items;
  for (const FaultFact& fault : facts.faults) {
    items.element("li", fmt::format("{} of {}{} (step {}): {}", fault.fault, to_string(fault.target),
                                    fault.led ? ", the leader" : "", fault.step, t0_text(facts, fault)));
    for (const FaultMeasure& measure : fault.measures)
      items.element("li", fmt::format("{}: {}", measure.what, to_text(measure)));
  }
  Html list;
  if (items.none()) return list.element("p", "Nothing was broken.");
  return list.element("ul", items, {{"class", "broken"}});
}

/// What somebody had expected, and whether that held; nothing when nobody said anything.
Html hypothesis_part(const Verdict& verdict) {
  Html part;
  if (!verdict.hypothesis) return part;
  const HypothesisResult& result = *verdict.hypothesis;
  std::string text = "Expected: ";
  if (!result.said.text.empty()) text += fmt::format("\"{}\". ", result.said.text);
  const std::string compared = compared_text(result);
  text += compared.empty() ? held_text(result) : fmt::format("{}: {}", compared, held_text(result));
  return part.element("p", text, {{"class", "description"}, {"id", "hypothesis"}});
}

std::string phase_value(const RunTime& time, const Times& times) {
  if (time.id == "T1" && !times.impact) return "nobody was hurt";
  if (!time.since_t0) return "not measured: " + time.not_measured;
  return to_text(*time.since_t0);
}

std::string name_of(const Reign& reign) { return reign.node.empty() ? reign.holder : reign.node; }

std::string failover_text(const LeadershipResult& result) {
  if (!result.not_measured.empty()) return "not measured: " + result.not_measured;
  if (!result.failover) return result.no_failover;
  const Failover& failover = *result.failover;
  std::string text = fmt::format("to {}: new leader after {}",
                                 failover.to_node.empty() ? failover.to : failover.to_node, to_text(failover.acquired));
  if (failover.detection) text += ", noticed after " + to_text(*failover.detection);
  return text + (failover.work ? ", works after " + to_text(*failover.work)
                               : ", work not measured: " + failover.work_not_measured);
}

}  // namespace

Html section(std::string_view id, std::string_view heading, const Html& body) {
  Html inner;
  inner.element("h2", heading).append(body);
  Html whole;
  whole.element("section", inner, {{"id", id}});
  return whole;
}

Html judgement_mark(Judgement judgement) {
  const std::string word = to_string(judgement);
  std::string classes = "mark mark-" + word;
  std::replace(classes.begin() + 10, classes.end(), ' ', '-');
  Html mark;
  mark.element("span", word, {{"class", classes}});
  return mark;
}

Html header_section(const RunContext& run, const Verdict& verdict) {
  const RunFacts facts = read_facts(run);
  Html inner;
  inner.element("p", run.scenario.name, {{"class", "scenario"}});
  Html heading;
  heading.text(verdict_word(verdict.judgement));
  inner.element("h1", heading, {{"class", "verdict verdict-" + to_string(verdict.judgement)}});
  inner.element("p", verdict_sentence(run, verdict), {{"class", "sentence"}, {"id", "sentence"}});
  if (verdict.cleanup_incomplete)
    inner.element("p", "Cleanup is incomplete: something that was broken is not proven healed.", {{"class", "alarm"}});
  if (!run.scenario.description.empty()) inner.element("p", run.scenario.description, {{"class", "description"}});
  inner.append(broken_list(facts)).append(hypothesis_part(verdict));
  Html whole;
  whole.element("header", inner);
  return whole;
}

Html phases_section(const RunContext& run, const Verdict& verdict) {
  const Times& times = verdict.times;
  Html body;
  if (!times.t0_lower) return section("phases", "Phases", body.element("p", "No T0: no fault was proven in force."));
  Table table({"phase", "since T0, lower to upper", "of", "source"});
  const std::string utc = read_facts(run).utc(*times.t0_lower);
  const Duration width = times.t0_upper.value_or(*times.t0_lower) - *times.t0_lower;
  table.add(
      {"T0 fault in force", fmt::format("0.000 s to {}", format_seconds(width)), utc.empty() ? "-" : utc, "events"});
  for (const std::vector<RunTime>* list : {&times.course, &verdict.workload}) {
    for (const RunTime& time : *list)
      table.add({time.id + " " + time.what, phase_value(time, times), time.about.empty() ? "-" : time.about,
                 time.source.empty() ? "-" : time.source});
  }
  body.append(table.html());
  if (times.window_end)
    body.element("p", fmt::format("Observed and judged until {} after T0.",
                                  format_seconds(*times.window_end - *times.t0_lower)));
  for (const NotOwed& stretch : verdict.not_owed)
    body.element("p", fmt::format("Availability was not owed from {} to {}: {} (step {}).",
                                  since_t0_text(stretch.begin, *times.t0_lower),
                                  since_t0_text(stretch.end, *times.t0_lower), stretch.reason, stretch.step));
  return section("phases", "Phases", body);
}

Html worst_section(const Verdict& verdict) {
  std::vector<std::string> columns{"worst % of time up within"};
  for (const Duration length : kWorstWindowLengths) columns.push_back(format_duration(length));
  Table table(columns);
  const auto add = [&table](const std::string& name, const std::vector<WorstWindow>& windows) {
    std::vector<std::string> cells{name};
    for (const WorstWindow& window : windows)
      cells.push_back(window.availability ? to_text(*window.availability) : std::string("longer than was judged"));
    if (!windows.empty()) table.add(cells);
  };
  for (const ProberResult& prober : verdict.probers) {
    if (prober.user) add(prober.prober.name, prober.user->worst_windows);
  }
  if (verdict.api) add(kApiRow, verdict.api->worst_windows);
  Html body;
  if (table.none())
    return section("worst", "Worst windows",
                   body.element("p", "Not measured: no prober stands for users, or there was nothing after T0."));
  body.element("p",
               "The least share of time that users were served, over all windows of one length. One outage of 10 s and "
               "ten of 1 s differ here.",
               {{"class", "lead"}});
  body.element("div", "", {{"id", "worst-chart"}, {"class", "chart"}});
  body.append(table.html("cards worst-table"));
  return section("worst", "Worst windows", body);
}

Html probers_section(const Verdict& verdict) {
  Table table({"prober", "requests judged", "bad", "outages", "longest outage", "resolution", "how they ended"});
  for (const ProberResult& prober : verdict.probers) {
    const std::string endings = endings_text(prober);
    table.add({prober.prober.name, std::to_string(prober.n), std::to_string(prober.summary.bad),
               std::to_string(prober.outage_count), prober.n == 0 ? "not measured" : to_text(prober.summary.longest),
               "+-" + format_duration(prober.prober.period), endings.empty() ? "-" : endings});
  }
  if (verdict.api)
    table.add({kApiRow, "-", std::to_string(verdict.api->bad), std::to_string(verdict.api->outage_count),
               to_text(verdict.api->longest), "-", "-"});
  Html body;
  if (table.none()) return section("probers", "Probers", body.element("p", "No prober ran."));
  return section("probers", "Probers", body.append(table.html()));
}

Html leaders_section(const Verdict& verdict) {
  Table table({"component", "who led", "failover"});
  for (const LeadershipResult& result : verdict.leadership) {
    constexpr std::size_t kShown = 5;
    std::string reigns;
    const std::size_t skipped = result.reigns.size() - std::min(result.reigns.size(), kShown);
    if (result.reign_count > kShown) reigns = fmt::format("{} earlier, ", result.reign_count - kShown);
    for (std::size_t i = skipped; i < result.reigns.size(); ++i)
      reigns += fmt::format("{}{} ({} {})", i == skipped ? "" : ", then ", name_of(result.reigns[i]),
                            result.component == component::etcd ? "term" : "transition", result.reigns[i].number);
    table.add({result.component, reigns.empty() ? "nobody was seen to lead" : reigns, failover_text(result)});
  }
  if (table.none()) return {};
  return section("leaders", "Leaders", table.html());
}

Html findings_section(const Verdict& verdict, const std::vector<Counterexample>& counterexamples) {
  Html items;
  for (const Finding& finding : verdict.findings) {
    if (finding.is_slo && finding.judgement == Judgement::pass) continue;
    Html item;
    item.append(judgement_mark(finding.judgement)).text(" ").element("strong", finding.id).text(": " + finding.text);
    for (const Counterexample& example : counterexamples) {
      if (example.finding != finding.id) continue;
      std::string lines;
      for (const auto& [number, line] : example.lines) lines += fmt::format("{:>6}  {}\n", number, line);
      Html details;
      details.element("summary", example.text).element("pre", lines);
      item.element("details", details, {{"class", "operations"}});
    }
    items.element("li", item);
  }
  Html body;
  body.element("ul", items, {{"class", "findings"}});
  for (const std::string& note : verdict.notes) body.element("p", "Note: " + note + ".", {{"class", "note"}});
  return section("findings", "Findings", body);
}

}  // namespace hadrill
