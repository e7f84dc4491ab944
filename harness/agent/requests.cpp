#include "agent/requests.hpp"

#include "agent/choose.hpp"

namespace hadrill::agent {
namespace {

using std::chrono::milliseconds;

constexpr int kProtocol = 2;
/// An hour for a fault, and as much for what has to outlive it until it is undone.
constexpr std::int64_t kLongestTtlMs = 7'200'000;

Json refusal(const std::string& why) { return {{"ok", false}, {"error", why}}; }

Json with_evidence(const Result<Json>& evidence) {
  if (!evidence.ok()) return refusal(evidence.error().message);
  return {{"ok", true}, {"evidence", *evidence}};
}

Json resolve(const Json& request) {
  const auto choice = read_choice(request);
  if (!choice.ok()) return refusal(choice.error().message);
  Json processes = Json::array();
  for (const ProcessInfo& process : find_processes(*choice)) processes.push_back(to_json(process));
  return {{"ok", true}, {"processes", std::move(processes)}};
}

/// Whether a fault could be made on this node, without making it.
Json plan(const Json& request) {
  const auto name = request.at("effect").get<std::string>();
  const Effect* effect = find_effect(name);
  if (effect == nullptr) return refusal("unknown effect " + name);
  const auto id = request.at("id").get<std::string>();
  if (!is_fault_id(id)) return refusal("an id is 1 to 64 lower-case letters, digits and '-'");
  const auto undo = effect->plan(id, request.value("parameters", Json::object()));
  if (!undo.ok()) return refusal(undo.error().message);
  return {{"ok", true}, {"undo", *undo}};
}

Json inject(const Json& request, FaultBook& book, int input) {
  const auto ttl_ms = request.at("ttlMs").get<std::int64_t>();
  if (ttl_ms < 1 || ttl_ms > kLongestTtlMs) return refusal("ttlMs has to be 1 to 7200000");
  Watchful patience(input, monotonic_ns() + std::chrono::nanoseconds(milliseconds(ttl_ms)).count());
  const auto proof = book.inject(request.at("id").get<std::string>(), request.at("effect").get<std::string>(),
                                 request.value("parameters", Json::object()), milliseconds(ttl_ms), patience);
  if (!proof.ok()) return refusal(proof.error().message);
  return {{"ok", true}, {"beforeNs", proof->before_ns}, {"afterNs", proof->after_ns}, {"evidence", proof->evidence}};
}

Json heal_all(FaultBook& book) {
  Json healed = Json::array();
  Json failed = Json::array();
  for (const FaultBook::Outcome& outcome : book.heal_all(true)) {
    if (outcome.trouble.empty()) {
      healed.push_back(outcome.id);
    } else {
      failed.push_back({{"id", outcome.id}, {"error", outcome.trouble}});
    }
  }
  return {{"ok", failed.empty()}, {"healed", std::move(healed)}, {"failed", std::move(failed)}};
}

Json dispatch(const Json& request, FaultBook& book, int input) {
  const auto verb = request.at("verb").get<std::string>();
  if (verb == "hello") return {{"ok", true}, {"protocol", kProtocol}, {"monotonicNs", monotonic_ns()}};
  if (verb == "resolve") return resolve(request);
  if (verb == "plan") return plan(request);
  if (verb == "inject") return inject(request, book, input);
  if (verb == "prove") return with_evidence(book.prove(request.at("id").get<std::string>()));
  if (verb == "heal" && request.contains("id")) return with_evidence(book.heal(request.at("id").get<std::string>()));
  if (verb == "heal") return heal_all(book);
  if (verb == "status") return {{"ok", true}, {"faults", book.status()}};
  if (verb == "residue") return {{"ok", true}, {"residue", book.residue()}};
  return refusal("unknown verb " + verb);
}

}  // namespace

Json answer(const std::string& line, FaultBook& book, int input) {
  Json said;
  const Json request = Json::parse(line, nullptr, false);
  try {
    said = request.is_object() ? dispatch(request, book, input) : refusal("not a request: not a JSON object");
  } catch (const nlohmann::json::exception& failure) {
    said = refusal(std::string("not a request: ") + failure.what());
  }
  if (request.is_object() && request.contains("n")) said["n"] = request["n"];
  return said;
}

}  // namespace hadrill::agent
