#include "report/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.hpp"
#include "report/columns.hpp"
#include "report/facts.hpp"

namespace hadrill {
namespace {

constexpr std::size_t kLabelWidth = 24;
constexpr std::size_t kNameWidth = 34;
constexpr std::size_t kShareWidth = 10;

const char* label_of(const RunTime& time) {
  if (time.id == "T1") return "T1 first user hurt";
  if (time.id == "T2") return "T2 noticed after";
  if (time.id == "T3") return "T3 served again after";
  if (time.id == "T3'") return "T3' leader works after";
  if (time.id == "T4") return "T4 repaired after";
  if (time.id == "T5") return "T5 every spare back";
  return "T6 steady again after";
}

std::string value_of(const RunTime& time, const Times& times) {
  if (time.id == "T1" && !times.impact) return "nobody";
  if (!time.since_t0) return "not measured: " + time.not_measured;
  const std::string value = time.id == "T1" ? since_t0_text(*times.impact, *times.t0_lower) : to_text(*time.since_t0);
  return time.about.empty() ? value : fmt::format("{} ({})", value, time.about);
}

/// In tenths of a percent, rounded outwards; "100" when nothing at all was down.
std::string share_text(const std::optional<ShareBounds>& share) {
  if (!share) return "-";
  if (share->lower >= 1) return "100";
  constexpr double kSlack = 1e-6;
  return fmt::format("{:.1f}-{:.1f}", std::floor(share->lower * 1e3 + kSlack) / 10,
                     std::abs(std::ceil(share->upper * 1e3 - kSlack)) / 10);  // not -0
}

std::string worst_row(const std::string& name, const std::vector<WorstWindow>& windows) {
  std::string text = fit(name, kNameWidth - 1);
  for (const WorstWindow& window : windows) text += " " + fit(share_text(window.availability), kShareWidth);
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string worst_heading(const std::vector<WorstWindow>& windows) {
  std::string text = fit("worst % of time up within", kNameWidth - 1);
  for (const WorstWindow& window : windows) text += " " + fit(format_duration(window.length), kShareWidth);
  return "\n" + text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::string offset_text(Instant at, Instant origin) {
  const Duration since = at - origin;
  return (since < Duration::zero() ? "" : "+") + format_seconds(since);
}

std::string since_t0_text(Instant at, Instant t0) {
  if (at == kDistantPast) return "the beginning";
  if (at == kDistantFuture) return "the end";
  return "T0" + offset_text(at, t0);
}

std::string course_text(const Verdict& verdict, const RunFacts& facts) {
  const Times& times = verdict.times;
  if (!times.t0_lower) return "\nno T0: no fault was proven in force\n";
  const auto line = [](const std::string& label, const std::string& value) {
    return wrap(fit(label, kLabelWidth), value);
  };
  std::string text = "\n" + line("T0 fault in force", facts.utc(*times.t0_lower));
  for (const RunTime& time : times.course) text += line(label_of(time), value_of(time, times));
  if (times.window_end) text += line("observed until", since_t0_text(*times.window_end, *times.t0_lower));
  return text;
}

std::string workload_text(const Verdict& verdict) {
  if (verdict.workload.empty()) return "";
  std::string text = "\nworkloads, after T0\n";
  for (const RunTime& time : verdict.workload)
    text += wrap(fit(time.what, kLabelWidth), fmt::format("{} ({})", to_text(*time.since_t0), time.about));
  return text;
}

std::string worst_windows_text(const Verdict& verdict) {
  std::string rows;
  const std::vector<WorstWindow>* windows = nullptr;
  for (const ProberResult& prober : verdict.probers) {
    if (!prober.user || prober.user->worst_windows.empty()) continue;
    windows = &prober.user->worst_windows;
    rows += worst_row(prober.prober.name, *windows);
  }
  if (windows == nullptr) return "";
  if (verdict.api) rows += worst_row(kApiRow, verdict.api->worst_windows);
  const bool cut =
      std::any_of(windows->begin(), windows->end(), [](const WorstWindow& window) { return !window.availability; });
  const Times& times = verdict.times;
  if (cut) {
    rows += wrap("    ", fmt::format("- longer than the {} that were judged",
                                     format_seconds(*times.window_end - *times.t0_lower)));
  }
  return worst_heading(*windows) + rows;
}

std::string not_owed_text(const Verdict& verdict) {
  std::string text;
  for (const NotOwed& stretch : verdict.not_owed) {
    const Instant t0 = verdict.times.t0_lower.value_or(stretch.begin);
    text += wrap("not owed ", fmt::format("availability from {} to {}: {} (step {})", since_t0_text(stretch.begin, t0),
                                          since_t0_text(stretch.end, t0), stretch.reason, stretch.step));
  }
  return text;
}

}  // namespace hadrill
