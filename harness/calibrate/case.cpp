#include "calibrate/case.hpp"

namespace hadrill::calibrate {

using namespace std::chrono_literals;

namespace {

/// How a connection that is cut while it is made shows: by how far it had come when the client looked.
const std::vector<Outcome> kCut{Outcome::reset, Outcome::tls, Outcome::refused};

}  // namespace

const std::vector<OutageCase>& outage_cases() {
  static const std::vector<OutageCase> kCases{
      {"works", "nothing is broken", std::nullopt, {1500ms}, Subject::nothing},
      {"refuses-0.2s", "nobody listens for 0.2 s", refusing(), {200ms}, Subject::outages, {Outcome::refused}},
      {"refuses-1.2s", "nobody listens for 1.2 s", refusing(), {1200ms}, Subject::outages, {Outcome::refused}},
      {"refuses-3s", "nobody listens for 3 s", refusing(), {3000ms}, Subject::outages, {Outcome::refused}},
      {"hangs-1.2s", "hangs for 1.2 s, then is restarted", hanging(), {1200ms}, Subject::outages, kCut},
      {"stalls-1.2s",
       "hangs for 1.2 s, then answers: 0.2 s of it come too late",
       stalling(),
       {1200ms, 1, {}, kDeadline},
       Subject::outages,
       {Outcome::slow},
       // Handshakes that have waited take a while, all together, which nobody knows.
       Users::only_reused},
      {"resets-1.2s", "resets every connection for 1.2 s", resetting(), {1200ms}, Subject::outages, kCut},
      {"slow-0.9s", "answers 0.9 s late for 1 s: within the deadline", slow(900ms), {1000ms}, Subject::nothing},
      {"slow-1.5s",
       "answers 1.5 s late for 1.2 s: a late success is down",
       slow(1500ms),
       {1200ms},
       Subject::outages,
       {Outcome::slow}},
      {"half-2s",
       "resets half of the new connections for 2 s",
       half_resetting(),
       {2000ms},
       Subject::requests,
       kCut,
       Users::only_new},
      {"flaps-20",
       "nobody listens for 0.2 s, 20 times",
       refusing(),
       {200ms, 20, 200ms},
       Subject::outages,
       {Outcome::refused}},
      {"truncates-0.5s",
       "cuts bodies off for 0.5 s",
       truncating(),
       {500ms},
       Subject::outages,
       // libcurl drops a header that came together with the reset.
       {Outcome::body_error, Outcome::reset}},
      {"fails-0.5s", "answers HTTP 500 for 0.5 s", failing(), {500ms}, Subject::outages, {Outcome::http_status}},
  };
  return kCases;
}

const std::vector<AuditCase>& audit_cases() {
  using audit::Violation;
  static const std::vector<AuditCase> kCases{
      {"audit-truthful", "an API that keeps its promises", Lie::none},
      {"audit-lost-write", "one acknowledged write is lost", Lie::lose_write, Violation::lost_write},
      {"audit-missing-event", "one event is never told", Lie::miss_event, Violation::watch_gap},
      {"audit-disorder", "two events are told in the wrong order", Lie::swap_events, Violation::watch_disorder},
  };
  return kCases;
}

}  // namespace hadrill::calibrate
