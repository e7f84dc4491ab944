// libcurl through a tunnel, in the way the engine can do it: a socket that is handed out, and the address it is
// connected to. TLS, HTTP and the URL stay as they are.
#pragma once

#include <curl/curl.h>

#include <cstring>
#include <functional>

#include "tunnel/stream.hpp"

namespace hadrill::test {

/// Where a handle gets its connections from, and the last one it got.
struct CurlConnector {
  std::function<std::unique_ptr<tunnel::Stream>()> open;
  std::unique_ptr<tunnel::Stream> stream;
  int opened = 0;
};

/// CURLOPT_OPENSOCKETFUNCTION. libcurl 7.88 ignores CURL_SOCKOPT_ALREADY_CONNECTED and connects whatever socket it is
/// given; so it is given one that may be connected, and the address is changed, which the callback is allowed to do.
inline curl_socket_t open_over_tunnel(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& connector = *static_cast<CurlConnector*>(self);
  connector.stream = connector.open();
  ++connector.opened;
  const int socket = connector.stream->take_socket();
  if (socket < 0) return CURL_SOCKET_BAD;
  static_assert(sizeof address->addr >= tunnel::kClientAddressSize);
  std::memcpy(&address->addr, &connector.stream->address(), connector.stream->address_size());
  address->family = AF_UNIX;
  address->protocol = 0;
  address->addrlen = connector.stream->address_size();
  return socket;
}

inline void use_tunnel(CURL* handle, CurlConnector& connector) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &open_over_tunnel);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &connector);
}

}  // namespace hadrill::test
