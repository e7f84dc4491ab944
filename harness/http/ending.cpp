#include "http/ending.hpp"

namespace hadrill::http {

Ending ending_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return Ending::refused;
    case CURLE_OPERATION_TIMEDOUT:
      return Ending::timeout;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:  // a handshake that failed by TLS is known to have done so: Connection::tls_problem
    case CURLE_ABORTED_BY_CALLBACK:
      return Ending::reset;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      return Ending::tls;
    default:
      return Ending::other;
  }
}

bool may_be_overruled(Ending ending) {
  switch (ending) {
    case Ending::refused:
    case Ending::reset:
    case Ending::timeout:
    case Ending::tls:
    case Ending::body_error:
    case Ending::blind:
      return true;
    case Ending::response:
    case Ending::body_too_large:
    case Ending::other:
      return false;
  }
  return false;
}

}  // namespace hadrill::http
