// Owns which of the servers that nobody knew beforehand an answer came from: by the name they give themselves in it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace hadrill {

/// Servers in the order in which they first answered, numbered after those of a ServerTable. For one thread.
class ServerNames {
 public:
  /// More are not told apart: a server that gives itself another name with every answer must not make us grow.
  static constexpr std::size_t kMost = 10'000;
  /// Told of each new one.
  using Sink = std::function<void(std::uint16_t number, const std::string& name, Instant at)>;

  /// `first`: number of the first of them.
  ServerNames(std::uint16_t first, Sink on_new) : first_(first), on_new_(std::move(on_new)) {}

  /// 0: no name, or too many.
  std::uint16_t number(const std::string& name, Instant at) {
    if (name.empty()) return 0;
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    if (numbers_.size() >= kMost) return 0;
    const auto number = static_cast<std::uint16_t>(first_ + numbers_.size());
    numbers_.emplace(name, number);
    if (on_new_) on_new_(number, name, at);
    return number;
  }

 private:
  std::uint16_t first_;
  Sink on_new_;
  std::unordered_map<std::string, std::uint16_t> numbers_;
};

}  // namespace hadrill
