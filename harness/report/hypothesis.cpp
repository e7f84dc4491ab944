#include "report/hypothesis.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/printable.hpp"
#include "report/columns.hpp"

namespace hadrill {

std::string compared_text(const HypothesisResult& result) {
  std::string text;
  if (result.said.expected)
    text = fmt::format("longest outage of users at most {}", format_duration(*result.said.expected));
  if (result.measured)
    text += fmt::format("{}measured {} ({})", text.empty() ? "" : "; ", to_text(*result.measured), result.of);
  return text;
}

std::string held_text(const HypothesisResult& result) {
  switch (result.held) {
    case Held::held:
      return "HELD";
    case Held::not_held:
      return "DID NOT HOLD";
    case Held::cannot_tell:
      break;
  }
  return "CANNOT BE TOLD: " + result.reason;
}

std::string hypothesis_text(const Verdict& verdict) {
  if (!verdict.hypothesis) return "";
  const HypothesisResult& result = *verdict.hypothesis;
  std::string text;
  if (!result.said.text.empty()) text += wrap("expected ", fmt::format("\"{}\"", printable(result.said.text)));
  const std::string compared = compared_text(result);
  text += wrap(text.empty() ? "expected " : "         ",
               compared.empty() ? held_text(result) : fmt::format("{}: {}", compared, held_text(result)));
  return text;
}

Json to_json(const HypothesisResult& result) {
  Json json = {{"text", result.said.text},
               {"expectedNs", result.said.expected ? Json(result.said.expected->count()) : Json()},
               {"measured", Json()},
               {"of", result.of},
               {"held", to_string(result.held)},
               {"reason", result.reason}};
  if (result.measured) {
    json["measured"] = {{"lowerNs", result.measured->lower.count()},
                        {"upperNs", result.measured->upper ? Json(result.measured->upper->count()) : Json()}};
  }
  return json;
}

}  // namespace hadrill
