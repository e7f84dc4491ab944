// Every defect, for real and over loopback. A measurement that says it was disturbed is tried again: it must never be
// wrong, but it need not succeed on a machine that is busy with something else.
#include <catch2/catch.hpp>

#include "calibrate/calibration.hpp"
#include "calibrate/report.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::calibrate;
using namespace hadrill::test;

namespace {

constexpr int kTries = 3;

/// Of `name`, by as many tries as it takes to be undisturbed.
CaseReport undisturbed(const std::string& name) {
  CaseReport last;
  for (int n = 0; n < kTries; ++n) {
    const TemporaryFolder folder;
    const auto report = calibrate::calibrate(
        {folder.path, static_cast<std::uint64_t>(n), false, {name}}, [](const CaseReport&) {}, Interrupt::never());
    REQUIRE(report.ok());
    REQUIRE(report->cases.size() == 1);
    last = report->cases.front();
    if (last.judgement != Judgement::inconclusive) break;
  }
  return last;
}

/// Every kind of defect; those that are the same for longer are for the command.
std::vector<std::string> names() {
  constexpr Duration kLongest = std::chrono::seconds(2);
  std::vector<std::string> names;
  for (const OutageCase& one : outage_cases()) {
    const bool again = one.name == "refuses-1.2s";
    if (!again && one.course.length * one.course.times <= kLongest) names.push_back(one.name);
  }
  for (const AuditCase& one : audit_cases()) names.push_back(one.name);
  return names;
}

}  // namespace

TEST_CASE("every kind of defect is measured for what it is") {
  const std::string name = GENERATE(from_range(names()));
  const CaseReport report = undisturbed(name);
  INFO(table_head() << table_of(report));
  CHECK(report.judgement == Judgement::pass);
}
