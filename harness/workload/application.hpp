// Owns what the workload answers. Knows no network: a request in, a reply out.
#pragma once

#include <memory>
#include <string>

#include "workload/ledger.hpp"
#include "workload/mood.hpp"

namespace hadrill::workload {

/// Who answers: in every reply, so that whoever asks sees which pod it met.
struct Identity {
  std::string pod;
  std::string node;
  std::string start;  ///< of this process: another one after each restart
};

struct Request {
  std::string method;
  std::string path;  ///< without the query
  std::string body;
};

struct Reply {
  int status = 200;
  std::string body;
  bool hang = false;   ///< never to be sent
  bool close = false;  ///< the connection ends with it
};

/// GET / : who answers. GET /livez, /readyz: for the kubelet. GET /state: what it was told. POST /control
/// {"manner": "hang", "forMs": 30000}. With a ledger: POST /counter {"id": "..."} takes a step, GET /counter tells all
/// steps, GET /counter/PREFIX those with such an id.
class Application {
 public:
  /// `ledger` may be nullptr: then there is no counter.
  Application(Identity identity, std::unique_ptr<Ledger> ledger)
      : identity_(std::move(identity)), ledger_(std::move(ledger)) {}

  Reply handle(const Request& request, Clock::time_point now);
  const Identity& identity() const { return identity_; }
  /// The end was announced.
  void drain() { mood_.drain(); }

 private:
  Reply answer(const Request& request, Clock::time_point now);
  Reply control(const Request& request, Clock::time_point now);
  Reply counter(const Request& request);
  Reply who() const;
  Reply state(Clock::time_point now) const;

  Identity identity_;
  std::unique_ptr<Ledger> ledger_;
  Mood mood_;
};

}  // namespace hadrill::workload
