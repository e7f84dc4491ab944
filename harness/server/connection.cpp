#include "server/connection.hpp"

namespace hadrill::server {

bool Connection::serve() {
  received_.clear();
  const TlsSocket::Progress progress = socket_.read(received_);
  if (!received_.empty() && !session_.feed(received_)) return false;
  if (progress == TlsSocket::Progress::over) return false;
  return send();
}

bool Connection::send() {
  session_.take_output(unsent_);
  if (!unsent_.empty() && socket_.write(unsent_) == TlsSocket::Progress::over) return false;
  return !unsent_.empty() || !session_.over();
}

}  // namespace hadrill::server
