// Owns one use of the whole instrument on servers of ours: probers, history on disk, verdict. As a run does it, but
// for the cluster.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "check/judge.hpp"
#include "history/event_log.hpp"
#include "history/sample_log.hpp"
#include "http/curl_client.hpp"
#include "http/curl_engine.hpp"
#include "plan/plan.hpp"
#include "probe/audit_session.hpp"
#include "probe/prober_thread.hpp"

namespace hadrill::calibrate {

/// Names of what a recording breaks, in its scenario and events.
inline constexpr const char* kStep = "defect";

class Recording {
 public:
  /// `probers` with their bases; their specs are the scenario's. `breaks`: whether something will be broken.
  /// `directory` is made. Error: infrastructure.
  static Result<std::unique_ptr<Recording>> open(const std::filesystem::path& directory, const std::string& name,
                                                 std::vector<PlannedProber> probers, bool breaks,
                                                 const http::TlsIdentity& identity);

  /// Objects are written and watched as well: `plan` names who is asked; its probers are filled in here. Before start.
  Status with_audit(AuditPlan plan, const Interrupt& interrupt);
  Status start(std::uint64_t seed);
  /// Whether the prober thread runs before all ordinary ones. After start.
  bool realtime_priority() { return thread_->realtime_priority(); }
  void record(const char* type, Json data = Json::object());
  /// The probers stop; what is in flight is waited for.
  void stop(const Interrupt& interrupt);
  /// After stop. Error: infrastructure, interrupted.
  Status read_back(const Interrupt& interrupt);
  /// Closes the history and judges what is on disk.
  Result<Verdict> judge();
  /// After judge, of a recording with an audit.
  const std::optional<audit::AuditResult>& audited() const { return audited_; }

 private:
  Recording(std::filesystem::path directory, std::vector<PlannedProber> probers, const http::TlsIdentity& identity);
  Status open_files();
  Result<std::vector<Finding>> judge_operations();

  std::filesystem::path directory_;
  Scenario scenario_;
  std::vector<PlannedProber> planned_;
  MonotonicClock clock_;
  http::CurlClient client_;
  http::CurlEngine engine_;
  std::optional<EventWriter> events_;
  std::optional<SampleWriter> samples_;
  std::optional<Error> write_failure_;
  std::unique_ptr<AuditSession> audit_;
  std::optional<audit::AuditResult> audited_;
  ServerTable no_servers_;
  std::vector<Prober> running_;
  std::unique_ptr<ProberThread> thread_;
};

}  // namespace hadrill::calibrate
