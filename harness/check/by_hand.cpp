#include "check/by_hand.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill {
namespace {

/// Whether the SLI is until when something happened, and not how long somebody was hurt.
bool until_something(SliRef::Kind kind) {
  switch (kind) {
    case SliRef::Kind::served_again:
    case SliRef::Kind::failover:
    case SliRef::Kind::leader_works:
    case SliRef::Kind::nodes_not_ready:
    case SliRef::Kind::pods_removed:
    case SliRef::Kind::pods_replaced:
      return true;
    case SliRef::Kind::longest_outage:
    case SliRef::Kind::total_outage:
    case SliRef::Kind::availability:
    case SliRef::Kind::redundancy_restored:
    case SliRef::Kind::others_led:
    case SliRef::Kind::others_not_ready:
      break;
  }
  return false;
}

std::string when(const HandHeal& heal, const Window& window) {
  return fmt::format("{} after T0", format_seconds(heal.began - window.t0_lower, 1));
}

Finding undecided(Finding finding, const std::string& why) {
  finding.judgement = Judgement::inconclusive;
  finding.text += "; " + why;
  return finding;
}

Finding judge_until(Finding finding, const HandHeal& heal, const Window& window) {
  // One whose budget is not known has another trouble.
  if (finding.judgement == Judgement::error && !finding.time_budget) return finding;
  const bool happened = finding.time && finding.time->upper;
  if (happened && window.t0_lower + *finding.time->upper <= heal.began) return finding;
  const bool had_its_time = finding.judgement == Judgement::fail && finding.time && finding.time_budget &&
                            finding.time->lower > *finding.time_budget &&
                            window.t0_upper + *finding.time_budget <= heal.began;
  if (had_its_time) return finding;
  return undecided(std::move(finding),
                   fmt::format("but the fault was ended by hand {}, before that", when(heal, window)));
}

}  // namespace

std::optional<HandHeal> read_hand_heal(const EventLog& events) {
  const Event* event = events.first(event_type::healed_by_hand);
  if (event == nullptr) return std::nullopt;
  const auto began = json_natural(event->data, "/beganNs");
  return HandHeal{began ? Instant{*began} : event->at, json_texts(event->data, "/undone"),
                  json_texts(event->data, "/skipped")};
}

Finding judge_by_hand(Finding finding, const Slo& slo, const HandHeal& heal, const Window& window) {
  if (finding.judgement == Judgement::not_owed || finding.judgement == Judgement::aborted) return finding;
  if (until_something(slo.sli.kind)) return judge_until(std::move(finding), heal, window);
  const bool share = slo.sli.kind == SliRef::Kind::availability;
  if (share && finding.judgement == Judgement::fail) {
    return undecided(
        std::move(finding),
        fmt::format("but the method was cut short by hand {}: a share of less time than planned", when(heal, window)));
  }
  if (finding.judgement != Judgement::pass) return finding;
  return undecided(std::move(finding),
                   fmt::format("but the fault was ended by hand {}: nobody knows what the rest of it would have done",
                               when(heal, window)));
}

Finding tell_by_hand(const HandHeal& heal, const std::optional<Window>& window) {
  std::string text = "the faults were ended by hand";
  if (window) text += " " + when(heal, *window);
  text += heal.undone.empty() ? std::string(", when none was in force any more")
                              : fmt::format(", undone: {}", fmt::join(heal.undone, ", "));
  if (!heal.skipped.empty()) text += fmt::format("; skipped: {}", fmt::join(heal.skipped, ", "));
  return make_finding("healed-by-hand", Judgement::inconclusive, std::move(text));
}

}  // namespace hadrill
