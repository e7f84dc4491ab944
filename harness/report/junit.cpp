#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "base/duration.hpp"
#include "report/facts.hpp"
#include "report/report.hpp"

namespace hadrill {
namespace {

/// XML 1.0 cannot hold most control characters, not even escaped.
std::string xml_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t'; },
      '?');
  return text;
}

bool is_failure(Judgement judgement) { return judgement == Judgement::fail || judgement == Judgement::inconclusive; }
bool is_skipped(Judgement judgement) { return judgement == Judgement::not_owed; }
bool is_error(Judgement judgement) { return judgement == Judgement::aborted || judgement == Judgement::error; }

void add_case(pugi::xml_node& suite, const std::string& scenario, const Finding& finding) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname") = ("hadrill." + scenario).c_str();
  test.append_attribute("name") = xml_text(finding.id).c_str();
  // What a time-based SLI measured, at worst; for CI systems that draw it.
  if (finding.time && finding.time->upper) {
    test.append_attribute("time") = fmt::format("{:.3f}", seconds_of(*finding.time->upper)).c_str();
  }
  const std::string text = xml_text(finding.text);
  if (finding.judgement == Judgement::pass) {
    test.append_child("system-out").text().set(text.c_str());
    return;
  }
  if (finding.judgement == Judgement::not_owed) {
    test.append_child("skipped").append_attribute("message") = text.c_str();
    return;
  }
  pugi::xml_node trouble = test.append_child(is_failure(finding.judgement) ? "failure" : "error");
  trouble.append_attribute("type") = to_string(finding.judgement).c_str();
  trouble.append_attribute("message") = text.c_str();
}

template <typename Predicate>
std::size_t count_of(const Verdict& verdict, Predicate predicate) {
  return static_cast<std::size_t>(
      std::count_if(verdict.findings.begin(), verdict.findings.end(),
                    [&predicate](const Finding& finding) { return predicate(finding.judgement); }));
}

}  // namespace

std::string junit_xml(const Verdict& verdict, const RunContext& run) {
  const RunFacts facts = read_facts(run);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node suite = document.append_child("testsuites").append_child("testsuite");
  suite.append_attribute("name") = run.scenario.name.c_str();
  suite.append_attribute("tests") = verdict.findings.size();
  suite.append_attribute("failures") = count_of(verdict, is_failure);
  suite.append_attribute("errors") = count_of(verdict, is_error);
  suite.append_attribute("skipped") = count_of(verdict, is_skipped);
  if (facts.clock) suite.append_attribute("timestamp") = facts.utc(facts.clock->monotonic).substr(0, 19).c_str();
  const auto& events = run.events.events;
  if (!events.empty()) {
    suite.append_attribute("time") = fmt::format("{:.3f}", seconds_of(events.back().at - events.front().at)).c_str();
  }
  const std::string calibrated = calibration_text(run);
  pugi::xml_node property = suite.append_child("properties").append_child("property");
  property.append_attribute("name") = "calibration";
  property.append_attribute("value") = xml_text(calibrated).c_str();
  for (const Finding& finding : verdict.findings) add_case(suite, run.scenario.name, finding);
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace hadrill
