#include "calibrate/report.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/file.hpp"
#include "history/event_log.hpp"

namespace hadrill::calibrate {
namespace {

constexpr const char* kSchema = "hadrill/calibration/v1";
constexpr const char* kLine = "{:<20} {:<16} {:<15} {:<24} {:<24} {:>9} {:>9}  {}\n";

std::string text_or_dash(const std::optional<Duration>& duration) {
  return duration ? format_seconds(*duration) : std::string("-");
}

Json row_json(const Row& row) {
  const Assessment& assessment = row.assessment;
  Json json = {{"about", row.about},
               {"quantity", row.quantity},
               {"truth", row.truth},
               {"measured", row.measured},
               {"judgement", to_string(assessment.judgement)},
               {"reason", assessment.reason}};
  const bool is_time = assessment.bound > Duration::zero();
  json["errorNs"] = assessment.error ? Json(assessment.error->count()) : Json();
  json["boundNs"] = is_time ? Json(assessment.bound.count()) : Json();
  return json;
}

Json case_json(const CaseReport& one) {
  Json rows = Json::array();
  for (const Row& row : one.rows) rows.push_back(row_json(row));
  return {{"name", one.name},
          {"what", one.what},
          {"judgement", to_string(one.judgement)},
          {"latenessNs", one.lateness.count()},
          {"rows", std::move(rows)}};
}

std::size_t count(const Report& report, Judgement judgement) {
  return static_cast<std::size_t>(
      std::count_if(report.cases.begin(), report.cases.end(),
                    [judgement](const CaseReport& one) { return one.judgement == judgement; }));
}

}  // namespace

std::string table_head() { return fmt::format(kLine, "case", "of", "what", "truth", "measured", "error", "bound", ""); }

std::string table_of(const CaseReport& one) {
  std::string text;
  for (const Row& row : one.rows) {
    const Assessment& assessment = row.assessment;
    if (row.beside && assessment.judgement == Judgement::pass) continue;
    const std::optional<Duration> bound =
        assessment.bound > Duration::zero() ? std::optional(assessment.bound) : std::nullopt;
    std::string verdict = to_string(assessment.judgement);
    if (!assessment.reason.empty()) verdict += ": " + assessment.reason;
    text += fmt::format(kLine, one.name, row.about, row.quantity, row.truth, row.measured,
                        text_or_dash(assessment.error), text_or_dash(bound), verdict);
  }
  return text;
}

std::string conclusion(const Report& report) {
  std::string text = fmt::format("{}: {} of {} cases pass, {} fail, {} are inconclusive. ",
                                 to_string(report.judgement()), count(report, Judgement::pass), report.cases.size(),
                                 count(report, Judgement::fail), count(report, Judgement::inconclusive));
  const auto error = report.error();
  // Only when all is well it is a promise.
  const char* const found = report.judgement() == Judgement::pass
                                ? "Outages of known length were measured within {} of the truth"
                                : "What was measured is off by up to {}";
  text += error ? fmt::format(fmt::runtime(found), format_seconds(*error)) : std::string("No length was measured");
  return text + fmt::format(" ({}{}).", report.load ? "machine busy on purpose, " : "",
                            report.realtime ? "real-time priority" : "ordinary priority");
}

Json calibration_json(const Report& report) {
  Json cases = Json::array();
  for (const CaseReport& one : report.cases) cases.push_back(case_json(one));
  const auto error = report.error();
  return {{"schema", kSchema},
          {"judgement", to_string(report.judgement())},
          {"errorNs", error ? Json(error->count()) : Json()},
          {"at", format_utc(report.began_realtime_ns)},
          {"periodNs", kPeriod.count()},
          {"boundNs", kBound.count()},
          {"seed", report.seed},
          {"load", report.load},
          {"realtimePriority", report.realtime},
          {"cases", std::move(cases)}};
}

int exit_code(const Report& report) {
  switch (report.judgement()) {
    case Judgement::pass:
      return 0;
    case Judgement::inconclusive:
      return 2;
    default:
      return 1;
  }
}

std::optional<hadrill::Calibration> read_calibration(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return std::nullopt;
  const auto document = parse_json(*text, path.string());
  if (!document.ok() || json_text(*document, "/schema") != kSchema) return std::nullopt;
  const auto error = json_natural(*document, "/errorNs");
  const std::string at = json_text(*document, "/at");
  if (!error || at.empty() || json_text(*document, "/judgement") != to_string(Judgement::pass)) return std::nullopt;
  return hadrill::Calibration{Duration(*error), at};
}

}  // namespace hadrill::calibrate
