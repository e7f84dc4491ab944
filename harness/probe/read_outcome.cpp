#include "probe/read_outcome.hpp"

#include <string_view>

namespace hadrill {
namespace {

/// The object asked for, whole: JSON of the API ends with a closing bracket and a line end.
bool is_default_namespace(std::string_view body) {
  while (!body.empty() && (body.back() == '\n' || body.back() == ' ')) body.remove_suffix(1);
  return body.ends_with('}') && body.find(R"("kind":"Namespace")") != std::string_view::npos &&
         body.find(R"("name":"default")") != std::string_view::npos;
}

}  // namespace

Outcome outcome_of_read(const http::Transfer& transfer, Duration latency, Duration deadline) {
  switch (transfer.ending) {
    case http::Ending::refused:
      return Outcome::refused;
    case http::Ending::reset:
      return Outcome::reset;
    case http::Ending::timeout:
      return Outcome::timeout;
    case http::Ending::tls:
      return Outcome::tls;
    case http::Ending::other:
      return Outcome::other;
    case http::Ending::response:
      break;
  }
  if (transfer.status < 200 || transfer.status > 299) return Outcome::http_status;
  if (!is_default_namespace(transfer.body)) return Outcome::body_error;
  return latency <= deadline ? Outcome::ok : Outcome::slow;
}

}  // namespace hadrill
