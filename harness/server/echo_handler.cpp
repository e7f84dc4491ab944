#include "server/handler.hpp"

namespace hadrill::server {

Response EchoHandler::handle(const Request& request) {
  constexpr int kNotFound = 404;
  if (request.method == "POST" && request.path == "/echo") return {.body = request.body};
  return {.status = kNotFound};
}

}  // namespace hadrill::server
