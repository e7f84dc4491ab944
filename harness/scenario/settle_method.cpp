// What steps have to do with each other: that something is measured after the last fault, that what is healed is
// broken, that a fault lives until it is healed, and that lost quorum comes back.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "scenario/reader.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// What injecting, healing and looking at the cluster may take beside the times to observe.
constexpr Duration kTtlMargin = 2min;

const std::string& id_of(const Step& step) {
  return std::visit([](const auto& any) -> const std::string& { return any.id; }, step);
}

/// Index of the first step from `begin` on that heals the step called `id`; `end` when there is none.
std::size_t find_heal(const std::vector<Step>& method, const std::string& id, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    const auto* heal = std::get_if<HealStep>(&method[i]);
    if (heal != nullptr && heal->step == id) return i;
  }
  return end;
}

/// What a heal step at `at` can name: ids of earlier inject steps that no step has healed yet.
std::vector<std::string> open_before(const std::vector<Step>& method, std::size_t at) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < at; ++i) {
    if (!std::holds_alternative<InjectStep>(method[i])) continue;
    if (find_heal(method, id_of(method[i]), i + 1, at) == at) open.push_back(id_of(method[i]));
  }
  return open;
}

/// Why the heal step at `at` cannot heal what it names.
std::string why_not_healed(const std::vector<Step>& method, std::size_t at, const std::vector<std::string>& open) {
  const std::string& name = std::get<HealStep>(method[at]).step;
  const std::string allowed = open.empty() ? "none" : fmt::format("{}", fmt::join(open, ", "));
  const auto named =
      std::find_if(method.begin(), method.end(), [&name](const Step& step) { return id_of(step) == name; });
  if (named == method.end()) return unknown_word("step", name, open);
  if (!std::holds_alternative<InjectStep>(*named))
    return fmt::format("step {} breaks nothing that could be healed; allowed: {}", in_quotes(name), allowed);
  const auto index = static_cast<std::size_t>(named - method.begin());
  if (index > at)
    return fmt::format("step {} is injected only later, by method[{}]; allowed here: {}", in_quotes(name), index,
                       allowed);
  return fmt::format("step {} is healed by method[{}] already; allowed: {}", in_quotes(name),
                     find_heal(method, name, index + 1, at), allowed);
}

void check_heals(const Reader& reader, const std::vector<Step>& method) {
  for (std::size_t i = 0; i < method.size(); ++i) {
    const auto* heal = std::get_if<HealStep>(&method[i]);
    if (heal == nullptr) continue;
    const std::vector<std::string> open = open_before(method, i);
    if (std::find(open.begin(), open.end(), heal->step) != open.end()) continue;
    reader.complain(fmt::format("/method/{}/heal", i), why_not_healed(method, i, open));
  }
}

/// The longest time from one step to another.
Duration longest_between(const std::vector<Step>& method, std::size_t begin, std::size_t end) {
  Duration total{};
  for (std::size_t i = begin; i < end; ++i) {
    if (const auto* observe = std::get_if<ObserveStep>(&method[i])) total += longest_time(*observe);
  }
  return total;
}

void settle_ttl(const Reader& reader, std::vector<Step>& method, std::size_t at) {
  auto& inject = std::get<InjectStep>(method[at]);
  const std::size_t healed = find_heal(method, inject.id, at + 1, method.size());
  const Duration longest = longest_between(method, at + 1, healed);
  const std::string pointer = fmt::format("/method/{}/inject/ttl", at);
  const Duration enough = std::min(longest + kTtlMargin, ScenarioLimits::longest_ttl);
  inject.ttl = reader.duration_within(pointer, enough, ScenarioLimits::shortest_ttl, ScenarioLimits::longest_ttl);
  // A method that is too long for any ttl is complained about as a whole.
  if (inject.ttl >= longest || longest > ScenarioLimits::longest_ttl) return;
  const std::string until = healed < method.size() ? fmt::format("method[{}] heals it", healed) : "the method ends";
  reader.complain(
      pointer, fmt::format("ttl is {}, but it may take {} until {}; allowed: at least {}", format_duration(inject.ttl),
                           format_duration(longest), until, format_duration(longest)));
}

/// Whoever means to lose quorum has to show that it comes back.
void check_expectation(const Reader& reader, const std::vector<Step>& method, std::size_t at) {
  const auto& inject = std::get<InjectStep>(method[at]);
  if (!inject.expect_quorum_loss || find_heal(method, inject.id, at + 1, method.size()) < method.size()) return;
  for (std::size_t i = at + 1; i < method.size(); ++i) {
    const auto* observe = std::get_if<ObserveStep>(&method[i]);
    if (observe != nullptr && observe->until_recovered) return;
  }
  reader.complain(fmt::format("/method/{}/inject/expect", at),
                  fmt::format("expect is quorum-loss, but no later step brings the quorum back; add one, e.g. - heal: "
                              "{} or - observe: {{until: recovered, timeout: 3m}}",
                              inject.id));
}

void check_measured(const Reader& reader, const std::vector<Step>& method) {
  for (std::size_t i = method.size(); i > 0; --i) {
    if (std::holds_alternative<ObserveStep>(method[i - 1])) return;
    if (!std::holds_alternative<InjectStep>(method[i - 1])) continue;
    return reader.complain(child_pointer("/method", i - 1),
                           "no observe step follows the last inject, so nothing would be measured; add one, e.g. - "
                           "observe: {until: recovered, timeout: 2m}");
  }
}

}  // namespace

void settle_method(const Reader& reader, std::vector<Step>& method) {
  check_measured(reader, method);
  check_heals(reader, method);
  for (std::size_t i = 0; i < method.size(); ++i) {
    if (!std::holds_alternative<InjectStep>(method[i])) continue;
    settle_ttl(reader, method, i);
    check_expectation(reader, method, i);
  }
}

}  // namespace hadrill
