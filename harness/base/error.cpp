#include "base/result.hpp"

namespace hadrill {

std::string Error::text() const {
  std::string out = where.empty() ? message : where + ": " + message;
  if (!detail.empty()) out += "\n" + detail;
  return out;
}

Error infrastructure_error(std::string where, std::string message, std::string detail) {
  return {ErrorKind::infrastructure, std::move(where), std::move(message), std::move(detail)};
}

Error usage_error(std::string where, std::string message) {
  return {ErrorKind::usage, std::move(where), std::move(message), {}};
}

Error interrupted_error(std::string where) { return {ErrorKind::interrupted, std::move(where), "interrupted", {}}; }

}  // namespace hadrill
