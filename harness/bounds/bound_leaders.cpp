// Leaders: etcd's election, and the Leases of controller manager and scheduler.
#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "bounds/formulas.hpp"
#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

/// client-go tools/leaderelection JitterFactor: a candidate looks again after R to R(1+J).
constexpr double kJitter = 1.2;
/// Of a request, for queue, computation and disk. Source: etcd server/config/config.go, ReqTimeout.
constexpr Duration kStopWait = 5s;

constexpr const char* kEtcdDefaults = "etcd 3.6 and 3.7 server/embed/config.go";
constexpr const char* kElectionDefaults = "component-base config/v1alpha1/defaults.go";
constexpr const char* kElectionCode = "client-go tools/leaderelection/leaderelection.go";

struct EtcdTimes {
  Range<Duration> heartbeat;
  Range<Duration> election;
};

EtcdTimes etcd_times(FlagReader& reader) {
  return {reader.time({"K", component::etcd, "heartbeat-interval", "100", kEtcdDefaults}, Notation::milliseconds),
          reader.time({"E", component::etcd, "election-timeout", "1000", kEtcdDefaults}, Notation::milliseconds)};
}

/// Of a leader that hands over and is not heard: until the API servers' clients have gone over to another member.
Duration note_reconnect(FlagReader& reader) {
  return reader.note("c", "reconnect of the API servers", kReconnect, Origin::allowance, "default budget S2");
}

struct ElectionTimes {
  Range<Duration> lease;
  Range<Duration> retry;
};

/// What the Lease itself says has to be what the flags say: a candidate counts by the duration in the Lease.
void compare_with_lease(FlagReader& reader, const char* component, const Range<Duration>& lease) {
  const bool scheduler = std::string_view(component) == component::scheduler;
  const char* const object = scheduler ? component::scheduler_lease : component::controller_manager_lease;
  const auto texts = reader.texts({"", object, "leaseDurationSeconds", "", "the Lease"});
  for (const std::string& text : texts) {
    const auto told = parse_go_duration(text + "s");
    if (!told) return reader.refuse(fmt::format("{} has no Lease: nobody holds {}", component, object));
    if (*told < lease.least || *told > lease.most)
      return reader.refuse(fmt::format("{} is for {}, but the flags of {} say {}: they are not those in force", object,
                                       format_duration(*told), component, format_duration(lease.most)));
  }
}

ElectionTimes election_times(FlagReader& reader, const char* component) {
  for (const std::string& on : reader.texts({"", component, "leader-elect", "true", kElectionDefaults})) {
    if (on != "true") reader.refuse(fmt::format("{} has no Lease: --leader-elect={}", component, on));
  }
  const auto lease =
      reader.time({"L", component, "leader-elect-lease-duration", "15s", kElectionDefaults}, Notation::go);
  const auto retry = reader.time({"R", component, "leader-elect-retry-period", "2s", kElectionDefaults}, Notation::go);
  if (!reader.trouble()) compare_with_lease(reader, component, lease);
  reader.note("J", "jitter of a candidate's looks", fmt::format("{}", kJitter), Origin::constant, kElectionCode);
  return {lease, retry};
}

Duration jittered(Duration retry) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(retry.count()) * (1 + kJitter)));
}

Duration not_negative(Duration time) { return std::max(Duration::zero(), time); }

/// Whether --feature-gates has `gate` on; they are off unless it says so.
bool has_gate(const std::string& gates, const std::string& gate) {
  return ("," + gates + ",").find("," + gate + "=true,") != std::string::npos;
}

}  // namespace

/// B1. A follower waits E to 2E-1 tick (K) since the last heartbeat, which was sent up to K before the leader's death
/// and arrived within K; a vote that is split costs one more wait. Sources: raft.go (resetRandomizedElectionTimeout,
/// tickElection), etcd bootstrap.go (CheckQuorum, PreVote); budget S1 for the split vote.
Formula etcd_election(FlagReader& reader) {
  const auto [heartbeat, election] = etcd_times(reader);
  return {not_negative(election.least - 2 * heartbeat.most), 4 * election.most + note_slack(reader), "E - 2K",
          "4E + s"};
}

/// B2. The leader hands over on SIGTERM and when told; if that fails, an election follows, not split because one
/// candidate is ahead. Sources: etcd server.go TryTransferLeadershipOnShutdown; budget S2.
Formula etcd_transfer(FlagReader& reader) {
  const auto [heartbeat, election] = etcd_times(reader);
  const Duration reconnect = note_reconnect(reader);
  return {Duration::zero(), not_negative(2 * election.most - heartbeat.least) + reconnect, "0", "2E - K + c"};
}

/// B2b. On SIGTERM it first waits for its clients' streams, of which watches do not end, as long as a request may take
/// (5 s + 2E), and leads meanwhile; then it hands over. Source: etcd server embed/etcd.go (Close, stopServers),
/// config/config.go (ReqTimeout); measured so.
Formula etcd_leader_stops(FlagReader& reader) {
  const auto [heartbeat, election] = etcd_times(reader);
  const Duration wait = reader.note("W", "wait for clients, beside 2E", kStopWait, Origin::constant,
                                    "etcd server/config/config.go, ReqTimeout");
  const Duration reconnect = note_reconnect(reader);
  return {Duration::zero(), wait + 4 * election.most - heartbeat.least + reconnect, "0", "W + 4E - K + c"};
}

/// B6. A candidate takes a Lease that it has not seen renewed for L. The last renewal was at most R before the crash;
/// the candidate saw it at most R(1+J) late, and looks again after at most R(1+J). Source: leaderelection.go
/// (tryAcquireOrRenew, isLeaseValid, acquire); budget S12.
Formula lease_runs_out(FlagReader& reader, const char* component) {
  const auto [lease, retry] = election_times(reader, component);
  return {not_negative(lease.least - retry.most), lease.most + 2 * jittered(retry.most) + note_slack(reader), "L - R",
          "L + 2R(1+J) + s"};
}

/// B6b and B6c. The scheduler releases its Lease on SIGTERM (ReleaseOnCancel), and a candidate takes it at its next
/// look. The controller manager does so only with the feature gate ControllerManagerReleaseLeaderElectionLockOnExit;
/// without it, its end is as a crash. Sources: kube-scheduler options.go, controller-manager kube_features.go; S14.
Formula lease_is_released(FlagReader& reader, const char* component) {
  if (std::string_view(component) == component::controller_manager) {
    const auto gates = reader.texts({"", component, "feature-gates", "", "controller-manager pkg/features"});
    const bool released = std::all_of(gates.begin(), gates.end(), [](const std::string& text) {
      return has_gate(text, "ControllerManagerReleaseLeaderElectionLockOnExit");
    });
    if (gates.empty() || !released) return lease_runs_out(reader, component);
  }
  const auto [lease, retry] = election_times(reader, component);
  return {Duration::zero(), jittered(retry.most) + note_slack(reader), "0", "R(1+J) + s"};
}

}  // namespace hadrill::bounds
