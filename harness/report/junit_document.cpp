#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "base/duration.hpp"
#include "report/junit.hpp"

namespace hadrill {
namespace {

/// XML 1.0 cannot hold most control characters, not even escaped.
std::string xml_text(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t'; },
      '?');
  return text;
}

void set(pugi::xml_node& node, const char* name, const std::string& value) {
  node.append_attribute(name) = xml_text(value).c_str();
}

std::string seconds_text(Duration time) { return fmt::format("{:.3f}", seconds_of(time)); }

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
};

void count(Counts& counts, const JunitSuite& suite) {
  counts.tests += suite.cases.size();
  for (const JunitCase& one : suite.cases) {
    counts.failures += one.ending == JunitCase::Ending::failed ? 1 : 0;
    counts.errors += one.ending == JunitCase::Ending::errored ? 1 : 0;
    counts.skipped += one.ending == JunitCase::Ending::skipped ? 1 : 0;
  }
}

void set_counts(pugi::xml_node& node, const Counts& counts, Duration time) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "skipped", std::to_string(counts.skipped));
  set(node, "time", seconds_text(time));
}

/// Some readers show a failure's attribute, some its text: both say the same.
void add_case(pugi::xml_node& suite, const std::string& classname, const JunitCase& one) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", classname);
  set(test, "name", one.name);
  set(test, "time", seconds_text(one.time));
  const std::string text = xml_text(one.text);
  switch (one.ending) {
    case JunitCase::Ending::passed:
      if (!text.empty()) test.append_child("system-out").text().set(text.c_str());
      return;
    case JunitCase::Ending::skipped:
      test.append_child("skipped").append_attribute("message") = text.c_str();
      return;
    case JunitCase::Ending::failed:
    case JunitCase::Ending::errored:
      break;
  }
  pugi::xml_node trouble = test.append_child(one.ending == JunitCase::Ending::failed ? "failure" : "error");
  set(trouble, "type", one.type);
  set(trouble, "message", text);
  trouble.text().set(text.c_str());
}

void add_suite(pugi::xml_node& root, const JunitSuite& suite) {
  pugi::xml_node node = root.append_child("testsuite");
  set(node, "name", suite.name);
  Counts counts;
  count(counts, suite);
  set_counts(node, counts, suite.time);
  if (!suite.timestamp.empty()) set(node, "timestamp", suite.timestamp);
  if (!suite.properties.empty()) {
    pugi::xml_node properties = node.append_child("properties");
    for (const auto& [name, value] : suite.properties) {
      pugi::xml_node property = properties.append_child("property");
      set(property, "name", name);
      set(property, "value", value);
    }
  }
  for (const JunitCase& one : suite.cases) add_case(node, suite.classname, one);
}

}  // namespace

std::string junit_document(const std::string& name, const std::vector<JunitSuite>& suites) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", name);
  Counts counts;
  Duration time{};
  for (const JunitSuite& suite : suites) {
    count(counts, suite);
    time += suite.time;
  }
  set_counts(root, counts, time);
  for (const JunitSuite& suite : suites) add_suite(root, suite);
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace hadrill
