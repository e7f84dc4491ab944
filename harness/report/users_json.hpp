// Owns the JSON of what was measured of users and parts: probers, merged outages, and the bounds all numbers have.
#pragma once

#include "base/json.hpp"
#include "check/verdict.hpp"

namespace hadrill {

Json to_json(const Bounds& bounds);
Json to_json(const ShareBounds& bounds);
Json to_json(const ProberResult& prober);
Json to_json(const ApiResult& api);

Json ns_or_null(const std::optional<Instant>& instant);

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? to_json(*value) : Json();
}

}  // namespace hadrill
