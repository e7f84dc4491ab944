#include "agent/packet_rules.hpp"

#include <array>
#include <cstdio>
#include <set>
#include <sstream>

namespace hadrill::agent {
namespace {

/// The most that -m multiport takes.
constexpr std::size_t kMostPorts = 15;
constexpr int kHighestPort = 65535;

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// Calls `each` with the words of every rule or chain of a listing. Warnings of iptables are among its lines.
template <typename Each>
void for_each_line(const std::string& listing, const Each& each) {
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    const auto words = words_of(line);
    if (words.size() >= 2 && words[0].size() == 2 && words[0][0] == '-') each(words);
  }
}

/// The word after `option`, or "".
std::string after(const std::vector<std::string>& words, const char* option) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == option) return words[i + 1];
  }
  return {};
}

bool jumps_to(const std::vector<std::string>& words, const std::string& name) {
  return words[0] == "-A" && words[1] != name && after(words, "-j") == name;
}

}  // namespace

Result<PacketChoice> read_packet_choice(const Json& parameters, const std::vector<Route>& routes) {
  PacketChoice choice;
  for (const Json& peer : parameters.at("peers")) {
    const auto address = parse_ipv4(peer.get<std::string>());
    if (!address.ok()) return address.error();
    choice.peers.push_back(format_ipv4(*address));
    for (std::string& network : networks_behind(routes, *address)) choice.peers.push_back(std::move(network));
  }
  if (choice.peers.empty()) return trouble("no peers");
  if (parameters.contains("ports")) choice.ports = parameters.at("ports").get<std::vector<int>>();
  if (choice.ports.size() > kMostPorts) return trouble("at most 15 ports");
  for (const int port : choice.ports) {
    if (port < 1 || port > kHighestPort) return trouble("no port " + std::to_string(port));
  }
  choice.served = parameters.value("served", false);
  if (choice.served && choice.ports.empty()) return trouble("which ports are served has to be said");
  return choice;
}

std::vector<std::string> packet_matches(const PacketChoice& choice, Way way) {
  std::string ports;
  for (const int port : choice.ports) ports += (ports.empty() ? "" : ",") + std::to_string(port);
  if (!ports.empty()) {
    const char* whose = !choice.served ? "--ports " : way == Way::in ? "--dports " : "--sports ";
    ports = std::string(" -p tcp -m multiport ") + whose + ports;
  }
  std::vector<std::string> matches;
  for (const std::string& peer : choice.peers) matches.push_back((way == Way::in ? "-s " : "-d ") + peer + ports);
  return matches;
}

std::uint32_t hash_of(const std::string& id) {
  std::uint32_t hash = 2166136261U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string chain_name(const std::string& id) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", hash_of(id));
  return kChainPrefix + std::string(digits.data());
}

std::string putting_script(const Chain& chain) {
  std::string script = "*" + chain.table + "\n:" + chain.name + " - [0:0]\n";
  for (const std::string& rule : chain.rules) script += "-A " + chain.name + " " + rule + "\n";
  for (const std::string& hook : chain.hooks) script += "-I " + hook + " 1 -j " + chain.name + "\n";
  return script + "COMMIT\n";
}

std::string removing_script(const std::string& table, const std::string& name, const std::string& listing) {
  std::string script;
  bool exists = false;
  for_each_line(listing, [&](const std::vector<std::string>& words) {
    if (words[0] == "-N" && words[1] == name) exists = true;
    if (jumps_to(words, name)) script += "-D " + words[1] + " -j " + name + "\n";
  });
  if (exists) script += "-F " + name + "\n-X " + name + "\n";
  return script.empty() ? "" : "*" + table + "\n" + script + "COMMIT\n";
}

ChainState chain_state(const std::string& name, const std::string& listing) {
  ChainState state;
  std::set<std::string> begun;  // chains that have had a rule
  for_each_line(listing, [&](const std::vector<std::string>& words) {
    if (words[0] == "-N" && words[1] == name) state.exists = true;
    if (words[0] != "-A") return;
    const bool first = begun.insert(words[1]).second;
    if (jumps_to(words, name)) {
      ++state.jumps;
      if (first) ++state.first_jumps;
    }
    if (words[1] != name) return;
    ++state.rules;
    if (const std::string count = after(words, "-c"); !count.empty() && after(words, "-j") != "RETURN")
      state.packets += std::strtoull(count.c_str(), nullptr, 10);
  });
  return state;
}

std::vector<std::string> our_chains(const std::string& listing) {
  std::vector<std::string> names;
  for_each_line(listing, [&](const std::vector<std::string>& words) {
    if (words[0] == "-N" && words[1].rfind(kChainPrefix, 0) == 0) names.push_back(words[1]);
  });
  return names;
}

}  // namespace hadrill::agent
