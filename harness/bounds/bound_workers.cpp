// Users behind the load balancer in front of the workers.
#include <fmt/format.h>

#include "base/duration.hpp"
#include "bounds/formulas.hpp"

namespace hadrill::bounds {
namespace {

using namespace std::chrono_literals;

constexpr const char* kNginx = "nginx ngx_stream_proxy_module, ngx_stream_upstream_module";
/// nginx counts fail_timeout in whole seconds of its clock. Source: ngx_stream_upstream_round_robin.c (ngx_time).
constexpr Duration kWholeSecond = 1s;

FlagSpec balancer(const char* symbol, const char* name, const char* otherwise) {
  return {symbol, component::node_load_balancer, name, otherwise, kNginx};
}

/// Refuses a program, or a way to count failures, of which no bound is known.
void refuse_other_balancers(FlagReader& reader) {
  for (const std::string& program : reader.texts(balancer("", "program", ""))) {
    if (program != "nginx")
      reader.refuse(fmt::format("no bound is known for a load balancer of the workers of the kind \"{}\"", program));
  }
  for (const std::string& next : reader.texts(balancer("", "next-upstream", "on"))) {
    if (next != "on")
      reader.refuse("nginx does not go to the next worker (proxy_next_upstream off): a dead one fails again and again");
  }
  const auto fails = reader.count(balancer("", "max-fails", "1"));
  const auto processes = reader.count(balancer("", "processes", "1"));
  if (fails.least != 1 || fails.most != 1)
    reader.refuse("nginx leaves a worker alone only after several failures, or never (max_fails): only 1 is bounded");
  if (processes.most != 1) reader.refuse("several processes of nginx count failures each on their own (no zone)");
}

/// Who asks more seldom than nginx tries a dead worker may meet nothing but those tries.
void refuse_rare_users(FlagReader& reader, Duration left_alone, const Loss& loss) {
  if (loss.longest_gap < left_alone) return;
  reader.refuse(
      fmt::format("up to {} lie between two requests, and nginx tries the dead worker every {}: each could "
                  "be such a try",
                  format_duration(loss.longest_gap), format_duration(left_alone)));
}

FlagSpec connect_timeout() { return balancer("Tc", "connect-timeout", "60s"); }
FlagSpec fail_timeout() { return balancer("f", "fail-timeout", "10s"); }

}  // namespace

/// Until kube-proxy has written its rules, a node that lives may hand a connection to a lost pod; nginx gives up after
/// Tc, takes that node for dead and leaves it alone for f, counted in whole seconds; when none is left, it refuses. So
/// the last consequence of a lost pod ends Tc + f + 1s after the rules. From then on only a node that is lost fails, or
/// one that has no pod of its own left where it may use no other: nginx tries it with one connection per f, and the
/// next one is served; whoever asks more seldom than that may meet nothing but these. Source: ngx_stream_proxy_module,
/// ngx_stream_upstream_round_robin.c (get_peer, free_peer).
Formula behind_node_load_balancer(FlagReader& reader, const Formula& inside, const Loss& loss) {
  refuse_other_balancers(reader);
  const auto connect = reader.time(connect_timeout(), Notation::go);
  const auto left_alone = reader.time(fail_timeout(), Notation::go);
  refuse_rare_users(reader, left_alone.least, loss);
  return {Duration::zero(), inside.upper + connect.most + left_alone.most + kWholeSecond, "0",
          inside.upper_text + " + Tc + f + 1s"};
}

/// Every other worker serves, and reaches the pods of this one. The first connection that nginx makes there in vain is
/// given up after Tc, and so are those that were sent there meanwhile; then it is tried with one connection per f, and
/// the next one is served. Source: as above.
Formula worker_unreached_behind_lb(FlagReader& reader, const Loss& loss) {
  refuse_other_balancers(reader);
  const auto connect = reader.time(connect_timeout(), Notation::go);
  refuse_rare_users(reader, reader.time(fail_timeout(), Notation::go).least, loss);
  return {Duration::zero(), connect.most + note_slack(reader), "0", "Tc + s"};
}

}  // namespace hadrill::bounds
