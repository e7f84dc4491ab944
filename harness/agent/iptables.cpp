#include "agent/iptables.hpp"

#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

/// kube-proxy holds the lock for as long as it writes its rules.
constexpr const char* kLockSeconds = "5";
constexpr auto kLongest = 15s;

Status restore(const std::string& script, bool only_try) {
  std::vector<std::string> argv{"iptables-restore", "-w", kLockSeconds, "--noflush"};
  if (only_try) argv.emplace_back("--test");
  const auto done = run_program(argv, kLongest, script);
  if (!done.ok()) return done.error();
  if (done->exit_code == 0) return Ok{};
  return trouble("this node's iptables or its kernel cannot do that: " + done->output + "The rules were:\n" + script);
}

}  // namespace

Result<std::string> list_rules(const std::string& table) {
  return run_checked({"iptables", "-w", kLockSeconds, "-t", table, "-v", "-S"}, kLongest);
}

Status try_chain(const Chain& chain) {
  const auto listing = list_rules(chain.table);
  if (!listing.ok()) return listing.error();
  if (chain_state(chain.name, *listing).exists) return trouble("a chain " + chain.name + " is there already");
  return restore(putting_script(chain), true);
}

Status put_chain(const Chain& chain) { return restore(putting_script(chain), false); }

Status remove_chain(const std::string& table, const std::string& name) {
  const auto listing = list_rules(table);
  if (!listing.ok()) return listing.error();
  const std::string script = removing_script(table, name, *listing);
  return script.empty() ? Status(Ok{}) : restore(script, false);
}

Status prove_removed(const std::string& table, const std::string& name) {
  const auto listing = list_rules(table);
  if (!listing.ok()) return listing.error();
  if (!removing_script(table, name, *listing).empty()) return trouble("chain " + name + " is still there");
  return Ok{};
}

Result<ChainState> prove_chain(const Chain& chain) {
  const auto listing = list_rules(chain.table);
  if (!listing.ok()) return listing.error();
  const ChainState state = chain_state(chain.name, *listing);
  if (!state.exists) return trouble("chain " + chain.name + " is not there");
  if (state.rules != chain.rules.size()) return trouble("chain " + chain.name + " does not have its rules any more");
  if (state.jumps < chain.hooks.size()) return trouble("not every chain jumps to " + chain.name + " any more");
  return state;
}

std::vector<std::string> left_chains(const std::string& table) {
  std::vector<std::string> left;
  const auto listing = list_rules(table);
  if (!listing.ok()) return left;
  for (const std::string& name : our_chains(*listing)) left.push_back("iptables chain " + name + " in table " + table);
  return left;
}

Json to_json(const Chain& chain) {
  return {{"table", chain.table}, {"name", chain.name}, {"hooks", chain.hooks}, {"rules", chain.rules}};
}

Chain read_chain(const Json& json) {
  return {json.at("table").get<std::string>(), json.at("name").get<std::string>(),
          json.at("hooks").get<std::vector<std::string>>(), json.at("rules").get<std::vector<std::string>>()};
}

}  // namespace hadrill::agent
