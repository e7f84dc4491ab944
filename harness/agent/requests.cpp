#include "agent/requests.hpp"

#include <nlohmann/json.hpp>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kProtocol = 1;
constexpr int kHighestSignal = 64;
constexpr int kLongestWaitMs = 60'000;

Json refusal(const std::string& why) { return {{"ok", false}, {"error", why}}; }

Json describe(const ProcessInfo& process) { return {{"pid", process.pid}, {"startTicks", process.start_ticks}}; }

Json resolve(const Json& request) {
  Json processes = Json::array();
  for (const ProcessInfo& process : find_processes(request.at("program").get<std::string>()))
    processes.push_back(describe(process));
  return {{"ok", true}, {"processes", std::move(processes)}};
}

Json kill(const Json& request) {
  const auto program = request.at("program").get<std::string>();
  const int signal_number = request.at("signal").get<int>();
  const int wait_ms = request.at("waitMs").get<int>();
  if (signal_number < 1 || signal_number > kHighestSignal) return refusal("no such signal");
  if (wait_ms < 0 || wait_ms > kLongestWaitMs) return refusal("waitMs has to be 0 to 60000");
  const auto processes = find_processes(program);
  if (processes.empty()) return refusal("no process " + program + " on this node");
  const KillProof proof = kill_process(processes.front(), signal_number, wait_ms);
  Json out = describe(processes.front());
  out["ok"] = proof.gone;
  out["beforeNs"] = proof.before_ns;
  out["afterNs"] = proof.after_ns;
  if (!proof.gone) out["error"] = proof.trouble;
  return out;
}

Json dispatch(const Json& request) {
  const auto verb = request.at("verb").get<std::string>();
  if (verb == "hello") return {{"ok", true}, {"protocol", kProtocol}, {"monotonicNs", monotonic_ns()}};
  if (verb == "resolve") return resolve(request);
  if (verb == "kill") return kill(request);
  return refusal("unknown verb " + verb);
}

}  // namespace

std::string answer(const std::string& line) {
  try {
    return dispatch(Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace);
  } catch (const nlohmann::json::exception& failure) {
    return refusal(std::string("not a request: ") + failure.what())
        .dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

}  // namespace hadrill::agent
