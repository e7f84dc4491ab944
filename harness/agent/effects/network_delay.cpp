// network.delay: packets from this node (and its pods) to some peers wait on their way out. By netem where the kernel
// has it; else a rule sends them to a queue, where a worker of the agent holds them.
#include <csignal>

#include "agent/effects/effects.hpp"
#include "agent/iptables.hpp"
#include "agent/packet_queue.hpp"
#include "agent/proc.hpp"
#include "agent/reach.hpp"
#include "agent/traffic_control.hpp"
#include "agent/worker.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// After nat has put in the address a packet really goes to, for the node's own packets and its pods' alike.
constexpr const char* kTable = "mangle";
constexpr const char* kHook = "POSTROUTING";
constexpr std::int64_t kLongestUs = 10'000'000;
/// Queues of ours are among these 256.
constexpr std::uint16_t kQueues = 0x4a00;
constexpr std::uint16_t kQueueCount = 0x100;
constexpr auto kAnswer = 1s;
constexpr std::size_t kPeersAsked = 3;
constexpr auto kWorkerStart = 5s;
constexpr auto kWorkerEnd = 1s;

Status try_queue(std::uint16_t number) {
  const auto queue = PacketQueue::bind(number, 1);
  if (!queue.ok()) return queue.error();
  return Ok{};
}

bool queue_is_read(std::uint16_t number) {
  const auto queues = read_queues();
  return std::any_of(queues.begin(), queues.end(), [&](const QueueState& queue) { return queue.number == number; });
}

/// A number that nobody uses, the same for the same id where possible.
Result<std::uint16_t> free_queue(const std::string& id) {
  for (std::uint32_t i = 0; i < kQueueCount; ++i) {
    const auto number = static_cast<std::uint16_t>(kQueues + (hash_of(id) + i) % kQueueCount);
    if (!queue_is_read(number)) return number;
  }
  return trouble("no NFQUEUE is free");
}

/// By netem, or why not.
Result<Json> plan_netem(const std::string& id, const PacketChoice& choice, microseconds delay, microseconds jitter) {
  const auto device = way_out(read_routes());
  if (!device.ok()) return device.error();
  const std::string handle = discipline_handle(id);
  if (const Status possible = try_script(delaying_script("lo", handle, choice, delay, jitter)); !possible.ok())
    return possible.error();
  if (const Status free = free_root(*device); !free.ok()) return free.error();
  return Json{{"by", "netem"},
              {"device", *device},
              {"handle", handle},
              {"script", delaying_script(*device, handle, choice, delay, jitter)}};
}

/// By a queue, or why not.
Result<Json> plan_queue(const std::string& id, const PacketChoice& choice) {
  const auto number = free_queue(id);
  if (!number.ok()) return number.error();
  if (const Status possible = try_queue(*number); !possible.ok()) return possible.error();
  Chain chain{kTable, chain_name(id), {kHook}, {}};
  for (const std::string& match : packet_matches(choice, Way::out))
    chain.rules.push_back(match + " -j NFQUEUE --queue-num " + std::to_string(*number) + " --queue-bypass");
  if (const Status possible = try_chain(chain); !possible.ok()) return possible.error();
  return Json{{"by", "nfqueue"}, {"queue", *number}, {"chain", to_json(chain)}};
}

/// A peer that answers, and how fast.
struct Measured {
  std::string peer;
  nanoseconds time{};
};

std::optional<Measured> measure(const Json& undo, Patience& patience) {
  std::size_t asked = 0;
  for (const Json& peer : undo.at("ask")) {
    if (++asked > kPeersAsked) break;
    const auto address = peer.get<std::string>();
    if (const auto time = time_of_answer(address, undo.at("port").get<int>(), patience, kAnswer))
      return {{address, *time}};
  }
  return std::nullopt;
}

double in_ms(nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

Status begin_delay(const Json& undo, Patience& patience) {
  if (undo.at("by") == "netem") return run_script(undo.at("script").get<std::string>());
  const auto worker = start_worker(undo.at("id").get<std::string>(), "delay", undo, patience, kWorkerStart);
  if (!worker.ok()) return worker.error();
  return put_chain(read_chain(undo.at("chain")));
}

Result<Json> prove_netem(const Json& undo) {
  const auto listing = prove_root(undo.at("device").get<std::string>(), undo.at("handle").get<std::string>());
  if (!listing.ok()) return listing.error();
  if (listing->find("qdisc netem") == std::string::npos) return trouble("netem is not there any more");
  return Json{{"by", "netem"}, {"disciplines", *listing}};
}

Result<Json> prove_queue(const Json& undo) {
  const auto state = prove_chain(read_chain(undo.at("chain")));
  if (!state.ok()) return state.error();
  if (find_workers(undo.at("id").get<std::string>()).empty()) return trouble("the worker that delays packets is gone");
  for (const QueueState& queue : read_queues()) {
    if (queue.number != undo.at("queue").get<std::uint16_t>()) continue;
    return Json{{"by", "nfqueue"},
                {"queue", queue.number},
                {"packets", queue.seen},
                {"waiting", queue.waiting},
                {"dropped", queue.dropped}};
  }
  return trouble("nobody reads the queue any more");
}

Result<Json> prove_delay(const Json& undo) { return undo.at("by") == "netem" ? prove_netem(undo) : prove_queue(undo); }

/// Lets the held packets go before the worker ends; without its help they would be lost.
Status end_delay_worker(const std::string& id, Patience& patience) {
  for (const pid_t pid : find_workers(id)) kill(pid, SIGTERM);
  patience.until([&] { return find_workers(id).empty(); }, kWorkerEnd, 5ms);
  return end_workers(id, patience);
}

class NetworkDelay final : public Effect {
 public:
  const char* name() const override { return "network.delay"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto choice = read_packet_choice(parameters, read_routes());
    if (!choice.ok()) return choice.error();
    const auto delay_us = parameters.at("delayUs").get<std::int64_t>();
    const auto jitter_us = parameters.value("jitterUs", std::int64_t{0});
    if (delay_us < 1 || delay_us > kLongestUs) return trouble("delayUs has to be 1 to 10000000");
    if (jitter_us < 0 || jitter_us > delay_us) return trouble("jitterUs has to be 0 to delayUs");
    auto undo = plan_netem(id, *choice, microseconds(delay_us), microseconds(jitter_us));
    if (!undo.ok()) {
      const std::string no_netem = undo.error().message;
      undo = plan_queue(id, *choice);
      if (!undo.ok())
        return trouble(
            "neither netem nor NFQUEUE can delay packets here; network.loss and network.partition need "
            "neither. netem: " +
            no_netem + "; NFQUEUE: " + undo.error().message);
      (*undo)["whyNotNetem"] = no_netem;
    }
    undo->update({{"id", id},
                  {"delayUs", delay_us},
                  {"jitterUs", jitter_us},
                  {"peers", choice->peers},
                  {"ask", parameters.at("peers")},
                  {"port", port_to_ask(choice->ports)}});
    return undo;
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto before = measure(undo, patience);
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status begun = begin_delay(undo, patience); !begun.ok()) return begun.error();
    proof.after_ns = monotonic_ns();
    Json measured = {{"peer", nullptr}};
    if (before) {
      const auto after = confirm(undo, *before, patience);
      if (!after.ok()) return after.error();
      measured = {{"peer", before->peer}, {"beforeMs", in_ms(before->time)}, {"afterMs", in_ms(*after)}};
    }
    auto evidence = prove_delay(undo);
    if (!evidence.ok()) return evidence.error();
    proof.evidence = std::move(*evidence);
    proof.evidence["measured"] = measured;
    proof.evidence["peers"] = undo.at("peers");
    return proof;
  }

  Result<Json> prove(const Json& undo) const override { return prove_delay(undo); }

  Status undo(const Json& undo, Patience& patience) const override {
    if (undo.at("by") == "netem")
      return remove_root(undo.at("device").get<std::string>(), undo.at("handle").get<std::string>());
    const Status removed = remove_chain(kTable, read_chain(undo.at("chain")).name);
    const Status ended = end_delay_worker(undo.at("id").get<std::string>(), patience);
    return removed.ok() ? ended : removed;
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (undo.at("by") == "netem") {
      const auto device = undo.at("device").get<std::string>();
      if (const Status gone = prove_root_removed(device, undo.at("handle").get<std::string>()); !gone.ok())
        return gone.error();
      return Json{{"device", device}, {"state", "removed"}};
    }
    const std::string name = read_chain(undo.at("chain")).name;
    if (const Status removed = prove_removed(kTable, name); !removed.ok()) return removed.error();
    if (!find_workers(undo.at("id").get<std::string>()).empty()) return trouble("the worker still lives");
    return Json{{"chain", name}, {"state", "removed"}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left = left_chains(kTable);
    for (std::string& discipline : left_disciplines("prio")) left.push_back(std::move(discipline));
    for (const QueueState& queue : read_queues()) {
      if (queue.number >= kQueues && queue.number < kQueues + kQueueCount)
        left.push_back("NFQUEUE " + std::to_string(queue.number) + " is read by a worker");
    }
    return left;
  }

 private:
  /// Time of an answer now, which has to show the delay. A SYN that is lost comes again only after a second.
  static Result<nanoseconds> confirm(const Json& undo, const Measured& before, Patience& patience) {
    const auto delay = microseconds(undo.at("delayUs").get<std::int64_t>());
    const auto jitter = microseconds(undo.at("jitterUs").get<std::int64_t>());
    const auto longest = std::chrono::ceil<milliseconds>(delay + jitter) + 5s;
    const auto after = time_of_answer(before.peer, undo.at("port").get<int>(), patience, longest);
    if (!after) return trouble("peer " + before.peer + " answered before and does not answer any more");
    if (*after < delay - jitter)
      return trouble("peer " + before.peer + " still answers within " + std::to_string(in_ms(*after)) + " ms");
    return *after;
  }
};

}  // namespace

const Effect& network_delay() {
  static const NetworkDelay effect;
  return effect;
}

}  // namespace hadrill::agent
