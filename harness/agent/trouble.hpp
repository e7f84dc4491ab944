// Owns how the agent says that something could not be done: a Result with words for people, as everywhere. Of base/ it
// uses only this header, so that the executable stays static and small.
#pragma once

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.hpp"

namespace hadrill::agent {

using Json = nlohmann::ordered_json;

inline Error trouble(std::string message) { return {ErrorKind::infrastructure, {}, std::move(message), {}}; }

/// "WHAT: " and the words of errno.
inline Error system_trouble(const std::string& what) {
  return trouble(what + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): the agent has one thread
}

}  // namespace hadrill::agent
