// Reports byte for byte. After a change that is meant: HADRILL_UPDATE_GOLDEN=1 bin/test_report, then read the diff.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <pugixml.hpp>

#include "base/file.hpp"
#include "report/columns.hpp"
#include "report/facts.hpp"
#include "report/report.hpp"
#include "report/suite_report.hpp"
#include "runs.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

void check_golden(const std::string& file, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(HADRILL_SOURCE_DIR) / "tests/golden" / file;
  if (std::getenv("HADRILL_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, text).ok());
  const auto golden = read_file(path);
  REQUIRE(golden.ok());
  INFO(path.string());
  CHECK(text == *golden);
}

}  // namespace

TEST_CASE("golden reports") {
  for (const auto& [name, record] : golden_runs()) {
    const Verdict verdict = judge(record);
    INFO(name);
    CHECK(to_string(verdict.judgement) == golden_verdict(name));
    check_golden(name + ".summary.txt", terminal_summary(verdict, record, false));
    check_golden(name + ".verdict.json", verdict_json(verdict, record).dump(2) + "\n");
    check_golden(name + ".junit.xml", junit_xml(verdict, record));
  }
}

TEST_CASE("golden documents of a suite: controls that were right, wrong and blind, and a trial that did not begin") {
  const auto trial = [](const char* run, Expectation expected) {
    const RunRecord record = golden_runs().at(run);
    const Verdict verdict = judge(record);
    return SuiteTrial{record.scenario.name,        "stacked", 1, std::move(expected), "runs/x", verdict, {},
                      junit_suite(verdict, record)};
  };
  const std::vector<std::string> all{"api.read.new.longest_outage", "api.read.new.total_outage",
                                     "api.read.new.availability", "api.longest_outage"};
  std::vector<SuiteTrial> trials{trial("pass", {}),
                                 trial("fail", {true, {"api.longest_outage"}, all}),
                                 trial("fail", {true, {"api.longest_outage"}, {}}),
                                 trial("fail", {true, {"identities"}, all}),
                                 trial("pass", {true, {"api.longest_outage"}, {}}),
                                 trial("error", {true, {}, {}}),
                                 {"lb-kill", "nginx", 1, {}, {}, std::nullopt, "the engine does not answer"}};
  trials[1].expected.may.pop_back();
  for (std::size_t i = 0; i < trials.size(); ++i) trials[i].trial = static_cast<int>(i) + 1;
  const SuiteFacts facts{"s", "2027-01-15T08:00:00.000Z", "2 CPUs", 42};
  check_golden("suite.junit.xml", suite_junit_xml(facts, trials));
  check_golden("suite.md", suite_markdown(facts, trials));
}

TEST_CASE("judging again gives the same bytes") {
  const RunRecord record = kill_run(900ms);
  RunRecord shuffled = record;
  std::reverse(shuffled.samples.samples.begin(), shuffled.samples.samples.end());
  CHECK(verdict_json(judge(record), record).dump() == verdict_json(judge(shuffled), shuffled).dump());
}

TEST_CASE("no line of a summary is wider than 100 columns, whatever is in it") {
  auto runs = golden_runs();
  RunRecord& odd = runs["odd"];
  odd = kill_run(4s);
  odd.scenario.name = std::string(150, 'n');
  odd.samples.header.probers[0].name = std::string(90, 'p');
  odd.scenario.slos[0].sli = {SliRef::Kind::longest_outage, std::string(90, 'p'),
                              std::string(90, 'p') + ".longest_outage"};
  odd.scenario.slos[1].budget = 1h + 1min + 1s + 1ms;
  for (const auto& [name, record] : runs) {
    const std::string text = terminal_summary(judge(record), record, false);
    INFO(name << "\n" << text);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin)) {
      CHECK(width_of(text.substr(begin, end - begin)) <= kColumns);
    }
    CHECK(begin == text.size());
    CHECK(text.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("colour changes nothing but colour") {
  const RunRecord record = kill_run(4s);
  const Verdict verdict = judge(record);
  std::string coloured = terminal_summary(verdict, record, true);
  CHECK(coloured.find("\x1b[1;31mFAIL\x1b[0m") == 0);
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == terminal_summary(verdict, record, false));
}

TEST_CASE("only a pass is green in JUnit") {
  for (const auto& [name, record] : golden_runs()) {
    INFO(name);
    pugi::xml_document document;
    REQUIRE(document.load_string(junit_xml(judge(record), record).c_str()));
    const pugi::xml_node suite = document.child("testsuites").child("testsuite");
    const int red = suite.attribute("failures").as_int() + suite.attribute("errors").as_int();
    CHECK((red == 0) == (golden_verdict(name) == "pass"));
    CHECK(suite.select_nodes("testcase").size() == suite.attribute("tests").as_uint());
    CHECK(suite.select_nodes("testcase/failure").size() == suite.attribute("failures").as_uint());
    CHECK(suite.select_nodes("testcase/error").size() == suite.attribute("errors").as_uint());
    CHECK(suite.select_nodes("testcase/skipped").size() == suite.attribute("skipped").as_uint());
    CHECK((suite.attribute("skipped").as_uint() > 0) == (name == "not-owed"));
  }
}

TEST_CASE("every report says how well the instrument is known to measure") {
  RunRecord record = kill_run(900ms);
  const auto reports = [&record] {
    const Verdict verdict = judge(record);
    return std::vector<std::string>{terminal_summary(verdict, record, false), junit_xml(verdict, record)};
  };
  for (const std::string& report : reports()) CHECK(report.find("not calibrated on this machine") != std::string::npos);
  CHECK(verdict_json(judge(record), record).at("calibration").is_null());
  record.calibration = Calibration{Duration(24ms), "2027-01-15T07:00:00.000Z"};
  for (const std::string& report : reports()) {
    CHECK(report.find("not calibrated") == std::string::npos);
    CHECK(report.find("within 24ms") != std::string::npos);
  }
  CHECK(verdict_json(judge(record), record).at("calibration").at("errorNs") == 24'000'000);
}

TEST_CASE("every report of a tuned cluster says so, and of no other one") {
  const auto said = [](const std::string& period) {
    RunRecord record = bounded_run();
    bounds::ClusterFlags flags = default_flags();
    set_flag(flags, bounds::component::kubelet, "maxContainerRestartPeriod", period);
    for (Event& event : record.events.events) {
      if (event.type == event_type::flags_read) event.data = bounds::to_json(flags);
    }
    const std::string text = tuned_text(record);
    CHECK((terminal_summary(judge(record), record, false).find("\ntuned ") != std::string::npos) == !text.empty());
    return text;
  };
  CHECK(said("1s") == "kubelets start what crashed again after at most 1s; Kubernetes' default is 5m");
  CHECK(said("5m0s").empty());
  CHECK(said("").empty());
  CHECK(tuned_text(kill_run(900ms)).empty());  // nobody read flags
}

TEST_CASE("an empty record has reports too") {
  const RunRecord nothing;
  const Verdict verdict = judge(nothing);
  CHECK(terminal_summary(verdict, nothing, false).starts_with("ERROR"));
  CHECK(verdict_json(verdict, nothing).at("exitCode") == 5);
  CHECK_FALSE(junit_xml(verdict, nothing).empty());
}
