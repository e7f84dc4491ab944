#include "report/budget_origin.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "report/columns.hpp"

namespace hadrill {
namespace {

/// "L = 15s: kube-scheduler --leader-elect-lease-duration (default, component-base ...)".
std::string input_text(const bounds::Input& input) {
  const std::string from = fmt::format("({}, {})", bounds::to_string(input.origin), input.source);
  if (input.symbol.empty()) return fmt::format("{} = {} {}", input.name, input.value, from);
  return fmt::format("{} = {}: {} {}", input.symbol, input.value, input.name, from);
}

std::string origin_text(const Finding& finding) {
  const bounds::Bound& bound = *finding.bound;
  std::string text =
      wrap("failover ",
           fmt::format("{}: {} to {} by {}; measured {}: {}", finding.id, format_seconds(bound.lower),
                       format_seconds(bound.upper), bounds::to_string(bound.failover),
                       finding.time ? to_text(*finding.time) : std::string("nothing"), to_string(finding.judgement)));
  text += wrap("         earliest  ", bound.lower_formula);
  text += wrap("         latest    ", bound.upper_formula);
  for (const bounds::Input& input : bound.inputs) text += wrap("         with      ", input_text(input));
  return text;
}

}  // namespace

std::string budget_origins_text(const Verdict& verdict) {
  std::string text;
  for (const Finding& finding : verdict.findings) {
    if (finding.bound) text += origin_text(finding);
  }
  return text.empty() ? text : "\n" + text;
}

Json bound_json(const bounds::Bound& bound) {
  Json inputs = Json::array();
  for (const bounds::Input& input : bound.inputs) {
    inputs.push_back({{"symbol", input.symbol},
                      {"name", input.name},
                      {"value", input.value},
                      {"origin", bounds::to_string(input.origin)},
                      {"source", input.source}});
  }
  return {{"failover", bounds::to_string(bound.failover)},
          {"lowerNs", bound.lower.count()},
          {"upperNs", bound.upper.count()},
          {"lowerFormula", bound.lower_formula},
          {"upperFormula", bound.upper_formula},
          {"inputs", std::move(inputs)}};
}

}  // namespace hadrill
