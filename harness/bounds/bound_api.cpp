// API servers as users see them: through the load balancer, and through the ClusterIP.
#include <fmt/format.h>

#include <algorithm>

#include "bounds/formulas.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHaproxy = "haproxy configuration manual; check.c";
constexpr const char* kEtcdCheck = "apiserver storagebackend/factory/etcd3.go";
constexpr const char* kNginx = "nginx ngx_stream_proxy_module, ngx_stream_upstream_module";

/// haproxy tries a backend again after this, or the connect timeout when that is shorter ("turn-around").
constexpr Duration kTurnAround = 1s;

const char* program_source(const std::string& program) { return program == "nginx" ? kNginx : kHaproxy; }

/// The one load balancer's program; refuses when there is none or it is not known.
std::string program_of(FlagReader& reader) {
  const auto programs = reader.texts({"", component::load_balancer, "program", "", "the load balancer"});
  return programs.empty() ? std::string() : programs.front();
}

Range<Duration> lb_time(FlagReader& reader, const char* symbol, const char* name, const char* otherwise,
                        const std::string& program) {
  return reader.time({symbol, component::load_balancer, name, otherwise, program_source(program)}, Notation::go);
}

Range<std::int64_t> lb_count(FlagReader& reader, const char* symbol, const char* name, const char* otherwise,
                             const std::string& program) {
  return reader.count({symbol, component::load_balancer, name, otherwise, program_source(program)});
}

/// Notes kEtcdCheckTimeout as "b" among the inputs and returns it.
Duration ask_etcd(FlagReader& reader) {
  return reader.note("b", "timeout of a health check's question to etcd", kEtcdCheckTimeout, Origin::constant,
                     kEtcdCheck);
}

/// Each API server has to ask one etcd member, and no other.
void refuse_several_members(FlagReader& reader) {
  for (const std::string& servers :
       reader.texts({"", component::api_server, "etcd-servers", "", "kubeadm phases/controlplane/manifests.go"})) {
    if (servers.empty() || servers.find(',') != std::string::npos)
      reader.refuse(
          fmt::format("kube-apiserver --etcd-servers is \"{}\": only the loss of the one member that it asks is "
                      "bounded",
                      servers));
  }
}

/// nginx without active checks (its open-source build has none): a failed connection goes to the next backend at once,
/// one that connects and then hangs is never noticed. Source: proxy_next_upstream, proxy_connect_timeout.
Formula nginx(FlagReader& reader, Backend backend) {
  const auto next = reader.texts({"", component::load_balancer, "next-upstream", "on", kNginx});
  const auto connect = lb_time(reader, "Tc", "connect-timeout", "60s", "nginx");
  if (std::find(next.begin(), next.end(), "on") == next.end())
    reader.refuse("nginx does not go to the next backend (proxy_next_upstream off): a dead one is never left out");
  if (backend != Backend::refuses)
    reader.refuse("nginx has no active checks: a backend that connects and does not serve is never left out");
  return {Duration::zero(), connect.most, "0", "Tc"};
}

/// What active checks are told.
struct Checks {
  Range<Duration> interval;  ///< I
  Range<Duration> fast;      ///< F
  Range<Duration> timeout;   ///< To
  Range<std::int64_t> fall;  ///< U
};

Formula checks_time_out(const Checks& checks) {
  const auto& [interval, fast, timeout, fall] = checks;
  return {fall.least * timeout.least + (fall.least - 1) * fast.least,
          interval.most + fall.most * timeout.most + (fall.most - 1) * fast.most, "U To + (U-1)F", "I + U To + (U-1)F"};
}

/// Envoy leaves a backend out by one red status, but by U checks that time out: with To up to b it never sees the
/// status. Source: Envoy health_checker_base_impl.cc (setUnhealthy: only failures of the network are counted,
/// onTimeoutBase is one).
Formula envoy_is_red(FlagReader& reader, const Range<Duration>& interval) {
  const Duration asked = ask_etcd(reader);
  const auto timeout = lb_time(reader, "To", "check-timeout", "", "envoy");
  if (timeout.least > asked) return {Duration::zero(), interval.most + asked, "0", "I + b"};
  const auto fast = lb_time(reader, "F", "fast-interval", "", "envoy");
  const auto fall = lb_count(reader, "U", "fall", "3", "envoy");
  return checks_time_out({interval, fast, timeout, fall});
}

}  // namespace

/// T_lb. Active checks every I; U failed ones in a row take a backend out, and the next one follows F after the end of
/// the last (F is I, or haproxy's fastinter). Refused: each fails at once. Hangs: each takes To. Red: each takes b, the
/// time an API server asks a dead etcd. haproxy's check.c and Envoy's HttpHealthCheckerImpl schedule the next check
/// from the end of the last. Envoy takes one red status for enough if it waits for it; haproxy counts it as any
/// failure. A connection to a backend that refuses is tried again r times.
Formula load_balancer(FlagReader& reader, Backend backend) {
  const std::string program = program_of(reader);
  if (program == "nginx") return nginx(reader, backend);
  if (program != "haproxy" && program != "envoy") {
    reader.refuse(fmt::format("no bound is known for a load balancer of the kind \"{}\"", program));
    return {};
  }
  const auto interval = lb_time(reader, "I", "interval", "2s", program);
  if (backend == Backend::is_red && program == "envoy") return envoy_is_red(reader, interval);
  const auto fast = lb_time(reader, "F", "fast-interval", "", program);
  const auto fall = lb_count(reader, "U", "fall", "3", program);
  if (reader.trouble()) return {};
  const Duration again = (fall.most - 1) * fast.most;
  if (backend == Backend::refuses) {
    const auto retries = lb_count(reader, "r", "retries", program == "haproxy" ? "3" : "0", program);
    const auto connect = lb_time(reader, "Tc", "connect-timeout", "", program);
    return {(fall.least - 1) * fast.least, interval.most + again + retries.most * std::min(connect.most, kTurnAround),
            "(U-1)F", "I + (U-1)F + r min(Tc, 1s)"};
  }
  if (backend == Backend::is_red)
    return {(fall.least - 1) * fast.least, interval.most + fall.most * ask_etcd(reader) + again, "(U-1)F",
            "I + U b + (U-1)F"};
  const auto timeout = lb_time(reader, "To", "check-timeout", "", program);
  return checks_time_out({interval, fast, timeout, fall});
}

/// B5 (refuses) and B7 (hangs). One new connection in N meets the dead backend until the load balancer leaves it out;
/// that it is met at all is chance, so nothing bounds it from below. Budgets S6, S7, S11.
Formula api_server_behind_lb(FlagReader& reader, Backend backend) {
  const Formula lb = load_balancer(reader, backend);
  const Duration slack = note_slack(reader);
  return {Duration::zero(), lb.upper + slack, "0", lb.upper_text + " + s"};
}

/// S10. While it drains, /readyz is red and everything else is served. A load balancer that asks /readyz and is through
/// before the drain ends loses nothing; with any other path or a shorter drain, it is as if it had died. Source:
/// apiserver pkg/server/config.go (ShutdownDelayDuration).
Formula api_server_stops(FlagReader& reader) {
  const auto delay = reader.time(
      {"d", component::api_server, "shutdown-delay-duration", "0s", "apiserver pkg/server/config.go"}, Notation::go);
  const auto paths = reader.texts({"", component::load_balancer, "path", "", "the load balancer"});
  if (reader.trouble()) return {};
  const bool asks_ready = !paths.empty() && paths.front() == "/readyz";
  if (!asks_ready) return api_server_behind_lb(reader, Backend::refuses);
  const Formula lb = load_balancer(reader, Backend::hangs);
  if (delay.least >= lb.upper) return {Duration::zero(), Duration::zero(), "0", "0, as d >= " + lb.upper_text};
  return api_server_behind_lb(reader, Backend::refuses);
}

/// B5b. One new connection in N fails until the dead server's lease in etcd has run out, a reconcile has taken it from
/// the endpoints, and kube-proxy has written its rules. Sources: pkg/controlplane/instance.go
/// (DefaultEndpointReconcilerTTL, -Interval), reconcilers/lease.go, pkg/proxy/apis/config/v1alpha1/defaults.go; S8.
Formula api_server_cluster_ip(FlagReader& reader) {
  constexpr const char* kInstance = "pkg/controlplane/instance.go";
  const Duration ttl =
      reader.note("t", "lease of an API server among the endpoints", Duration(15s), Origin::constant, kInstance);
  const Duration reconcile = reader.note("e", "reconcile of the endpoints", Duration(10s), Origin::constant, kInstance);
  const auto proxy = reader.time(
      {"p", component::kube_proxy, "minSyncPeriod", "1s", "pkg/proxy/apis/config/v1alpha1/defaults.go"}, Notation::go);
  const Duration slack = note_slack(reader);
  return {Duration::zero(), ttl + reconcile + proxy.most + slack, "0", "t + e + p + s"};
}

/// B3. With its etcd member gone, an API server that asks only that one (kubeadm's --etcd-servers) fails its health
/// check; one that asks several goes on with another, after a time that no flag bounds. The check's answer about etcd
/// is at most a old; then the load balancer leaves it out. A member that is told to stop refuses new requests at once.
/// Source: etcd3.go, etcd embed/etcd.go (Close); budget S3.
Formula etcd_member_behind_lb(FlagReader& reader) {
  refuse_several_members(reader);
  const Formula lb = load_balancer(reader, Backend::is_red);
  const Duration age =
      reader.note("a", "age of a health answer about etcd", kEtcdAnswerAge, Origin::constant, kEtcdCheck);
  return {Duration::zero(), lb.upper + age + note_slack(reader), "0", lb.upper_text + " + a + s"};
}

/// With the leader, everybody else waits for the next one: the later of the two.
Formula etcd_leader_behind_lb(FlagReader& reader, const Formula& succession) {
  const Formula member = etcd_member_behind_lb(reader);
  return {Duration::zero(), std::max(member.upper, succession.upper), "0",
          fmt::format("max({}, {})", member.upper_text, succession.upper_text)};
}

/// B9. Packets to the node are lost, so its API server looks hung; and its etcd member may have led. The later of the
/// two. Budget S18.
Formula control_plane_lost(FlagReader& reader) {
  const Formula lb = load_balancer(reader, Backend::hangs);
  const Formula election = etcd_election(reader);
  return {Duration::zero(), std::max(lb.upper + kSlack, election.upper), "0",
          fmt::format("max({} + s, {})", lb.upper_text, election.upper_text)};
}

}  // namespace hadrill::bounds
