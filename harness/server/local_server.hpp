// Owns an HTTPS server on 127.0.0.1 in a thread of its own, which can be made to misbehave at known instants.
#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/interrupt.hpp"
#include "server/agenda.hpp"
#include "server/certificates.hpp"
#include "server/connection.hpp"
#include "server/listener.hpp"

namespace hadrill::server {

/// What can be done to a running server, from its own thread.
class Controls {
 public:
  virtual ~Controls() = default;
  /// New connections are refused.
  virtual void stop_listening() = 0;
  /// The same port again. False: it cannot be had.
  virtual bool listen_again() = 0;
  /// Every connection that is open is reset, with the requests on it.
  virtual void reset_connections() = 0;
  /// Nothing is accepted, read or answered until thaw, then everything that has waited. Tasks go on.
  virtual void freeze() = 0;
  virtual void thaw() = 0;
  /// Asked for each new connection: false resets it. nullptr: all are welcome.
  virtual void on_accept(std::function<bool()> welcome) = 0;
};

/// HTTP/2 over TLS, for the holders of identity() only.
class LocalServer final : private Controls {
 public:
  /// `handler` is called from the server's thread and must outlive the server. Error: infrastructure.
  static Result<std::unique_ptr<LocalServer>> start(Handler& handler);
  /// The same with certificates that others know as well. Clients must be signed by what `server.ca_pem` holds, which
  /// may be another CA than that of its own certificate.
  static Result<std::unique_ptr<LocalServer>> start(Handler& handler, Certificates certificates);
  ~LocalServer() override;
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// "https://127.0.0.1:PORT".
  std::string base() const;
  const http::TlsIdentity& identity() const { return certificates_.client; }
  /// As http::Transfer::certificate_serial has it.
  const std::string& certificate_serial() const { return certificates_.serial; }
  /// Whether its thread runs before all ordinary ones: a busy machine does not make it late then.
  bool realtime_priority() { return priority_known_.get(); }
  /// Has `task` done on the server's thread at `when`, or as soon after as it can. From any thread.
  void at(Instant when, std::function<void(Controls&)> task);

 private:
  using ConnectionId = std::uint64_t;

  LocalServer(Handler& handler, Certificates certificates, TlsContext context, Listener listener);

  void stop_listening() override;
  bool listen_again() override;
  void reset_connections() override { drop_all(); }
  void freeze() override { frozen_ = true; }
  void thaw() override { frozen_ = false; }
  void on_accept(std::function<bool()> welcome) override { welcome_ = std::move(welcome); }

  void run();
  void wait_and_serve();
  void do_what_is_due();
  void take_wakings();
  void accept_all();
  void serve(ConnectionId id);
  void answer(ConnectionId id, H2Session::StreamId stream, const Request& request);
  void look_at_sources();
  void send(ConnectionId id);
  /// Watches for what the connection waits for now.
  void follow(ConnectionId id, const Connection& connection);
  void drop(ConnectionId id);
  void drop_all();

  Handler& handler_;
  Certificates certificates_;
  TlsContext context_;
  Listener listener_;
  Descriptor epoll_;
  Descriptor waker_;  ///< readable when something was added to the agenda
  Agenda<Controls&> agenda_;
  std::map<ConnectionId, std::unique_ptr<Connection>> connections_;
  ConnectionId last_id_ = 0;
  std::function<bool()> welcome_;
  bool frozen_ = false;
  MonotonicClock clock_;
  Interrupt stop_;
  std::promise<bool> priority_;
  std::shared_future<bool> priority_known_{priority_.get_future()};
  std::jthread thread_;
};

}  // namespace hadrill::server
