#include "workload/mood.hpp"

#include <array>
#include <utility>

namespace hadrill::workload {
namespace {

constexpr std::array kNames{std::pair{Manner::serve, "serve"}, std::pair{Manner::hang, "hang"},
                            std::pair{Manner::fail, "fail"}, std::pair{Manner::unready, "unready"}};

}  // namespace

std::optional<Manner> manner_named(const std::string& name) {
  for (const auto& [manner, known] : kNames) {
    if (name == known) return manner;
  }
  return std::nullopt;
}

std::string to_string(Manner manner) {
  for (const auto& [known, name] : kNames) {
    if (manner == known) return name;
  }
  return "?";
}

bool Mood::take(Manner manner, milliseconds length, Clock::time_point now) {
  if (length < milliseconds(1) || length > kLongest) return false;
  manner_ = manner;
  until_ = now + length;
  return true;
}

}  // namespace hadrill::workload
