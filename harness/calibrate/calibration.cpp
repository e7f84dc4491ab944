#include "calibrate/calibration.hpp"

#include <fmt/format.h>

#include "calibrate/busy.hpp"

namespace hadrill::calibrate {
namespace {

/// More than all cases take.
constexpr auto kLongestLoad = std::chrono::minutes(5);

Judgement worst_of(const std::vector<Row>& rows) {
  Judgement judgement = rows.empty() ? Judgement::error : Judgement::pass;
  for (const Row& row : rows) judgement = std::max(judgement, row.assessment.judgement);
  return judgement;
}

class CaseRunner {
 public:
  CaseRunner(const Wanted& wanted, const std::function<void(const CaseReport&)>& told, const Interrupt& interrupt)
      : wanted_(wanted), told_(told), interrupt_(interrupt) {
    report_.began_realtime_ns = ClockPair::read().realtime_ns;
    report_.seed = wanted.seed;
    report_.load = wanted.load;
    report_.realtime = true;
  }

  template <typename Case>
  Status run(const std::vector<Case>& cases) {
    for (const Case& one : cases) {
      if (!is_wanted(one.name)) continue;
      // Another seed for each, so that no two outages fall into the slots alike.
      const auto run = run_case(one, wanted_.directory / one.name, wanted_.seed + report_.cases.size(), interrupt_);
      if (!run.ok()) return run.error();
      std::vector<Row> rows = compare(one, *run);
      const Judgement judgement = worst_of(rows);
      report_.realtime &= run->realtime;
      report_.cases.push_back({one.name, one.what, std::move(rows), judgement, conditions_of(*run).lateness});
      told_(report_.cases.back());
    }
    return Ok{};
  }

  Report report() && { return std::move(report_); }

 private:
  bool is_wanted(const std::string& name) const {
    return wanted_.only.empty() || std::find(wanted_.only.begin(), wanted_.only.end(), name) != wanted_.only.end();
  }

  const Wanted& wanted_;
  const std::function<void(const CaseReport&)>& told_;
  const Interrupt& interrupt_;
  Report report_;
};

/// Error (usage): a name that no case has.
Status check_names(const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const OutageCase& one : outage_cases()) names.push_back(one.name);
  for (const AuditCase& one : audit_cases()) names.push_back(one.name);
  for (const std::string& name : only) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      return usage_error("case", fmt::format("there is no {}; there are: {}", name, fmt::join(names, ", ")));
  }
  return Ok{};
}

}  // namespace

Judgement Report::judgement() const {
  Judgement judgement = cases.empty() ? Judgement::error : Judgement::pass;
  for (const CaseReport& one : cases) judgement = std::max(judgement, one.judgement);
  return judgement;
}

std::optional<Duration> Report::error() const {
  std::optional<Duration> most;
  for (const CaseReport& one : cases) {
    for (const Row& row : one.rows) {
      if (!row.assessment.error) continue;
      const Duration of_one = *row.assessment.error / static_cast<std::int64_t>(row.assessment.outages);
      most = std::max(most.value_or(Duration::zero()), of_one);
    }
  }
  return most;
}

Result<Report> calibrate(const Wanted& wanted, const std::function<void(const CaseReport&)>& told,
                         const Interrupt& interrupt) {
  if (const Status known = check_names(wanted.only); !known.ok()) return known.error();
  std::optional<Busy> busy;
  if (wanted.load) busy.emplace(kLongestLoad);
  CaseRunner runner(wanted, told, interrupt);
  if (const Status ran = runner.run(outage_cases()); !ran.ok()) return ran.error();
  if (const Status ran = runner.run(audit_cases()); !ran.ok()) return ran.error();
  return std::move(runner).report();
}

}  // namespace hadrill::calibrate
