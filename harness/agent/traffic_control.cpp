#include "agent/traffic_control.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongest = 10s;
/// How handles of ours begin, and how long they are: "4aXX:".
constexpr const char* kOurs = "4a";
constexpr std::size_t kHandleLength = 5;
/// Packets that may wait in netem; what comes then is dropped.
constexpr int kMostWaiting = 4096;

/// Filters of u32 for packets to one peer; for each port one by where they go and one by where they come from.
std::vector<std::string> u32_matches(const PacketChoice& choice) {
  std::vector<std::string> matches;
  for (const std::string& peer : choice.peers) {
    const std::string to = "match ip dst " + peer;
    if (choice.ports.empty()) matches.push_back(to);
    for (const int port : choice.ports) {
      const std::string tcp = to + " match ip protocol 6 0xff match ip ";
      const std::string number = "port " + std::to_string(port) + " 0xffff";
      if (!choice.served) matches.push_back(tcp + "d" + number);
      matches.push_back(tcp + "s" + number);
    }
  }
  return matches;
}

Result<std::string> show(const std::string& device) {
  return run_checked({"tc", "-s", "qdisc", "show", "dev", device}, kLongest);
}

}  // namespace

std::string discipline_handle(const std::string& id) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%s%02x:", kOurs, hash_of(id) & 0xffU);
  return text.data();
}

std::string delaying_script(const std::string& device, const std::string& handle, const PacketChoice& choice,
                            std::chrono::microseconds delay, std::chrono::microseconds jitter) {
  // Bands 1 to 3 are what prio has by default; nothing gets into the fourth but by our filters.
  std::string script = "qdisc add dev " + device + " root handle " + handle + " prio bands 4\n";
  script += "qdisc add dev " + device + " parent " + handle + "4 netem limit " + std::to_string(kMostWaiting) +
            " delay " + std::to_string(delay.count()) + "us";
  if (jitter > 0us) script += " " + std::to_string(jitter.count()) + "us";
  script += "\n";
  for (const std::string& match : u32_matches(choice)) {
    script += "filter add dev " + device + " parent " + handle + " protocol ip prio 1 u32 " + match + " flowid " +
              handle + "4\n";
  }
  return script;
}

std::string limiting_script(const std::string& device, const std::string& handle, std::int64_t kilobits) {
  // A bucket for 10 ms, and never less than two packets: one that does not fit would never be sent.
  const std::int64_t burst = std::max<std::int64_t>(kilobits * 1000 / 8 / 100, 3200);
  return "qdisc add dev " + device + " root handle " + handle + " tbf rate " + std::to_string(kilobits) +
         "kbit burst " + std::to_string(burst) + " latency 400ms\n";
}

RootDiscipline root_discipline(const std::string& listing) {
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    RootDiscipline found;
    std::string qdisc;
    std::string where;
    if (words >> qdisc >> found.kind >> found.handle >> where && qdisc == "qdisc" && where == "root") return found;
  }
  return {};
}

Status try_script(const std::string& script) {
  const auto tried = run_program({"unshare", "--net", "tc", "-batch", "-"}, kLongest, script);
  if (!tried.ok()) return tried.error();
  if (tried->exit_code != 0) return trouble("the kernel or tc cannot do that: " + tried->output);
  return Ok{};
}

Status free_root(const std::string& device) {
  const auto listing = show(device);
  if (!listing.ok()) return listing.error();
  const RootDiscipline root = root_discipline(*listing);
  if (root.handle.empty() || root.handle == "0:") return Ok{};
  return trouble("interface " + device + " has a queueing discipline already (" + root.kind + " " + root.handle +
                 "), which is not the kernel's default and would be lost");
}

Status run_script(const std::string& script) {
  const auto done = run_checked({"tc", "-batch", "-"}, kLongest, script);
  if (!done.ok()) return done.error();
  return Ok{};
}

Result<std::string> prove_root(const std::string& device, const std::string& handle) {
  auto listing = show(device);
  if (listing.ok() && root_discipline(*listing).handle != handle)
    return trouble("the queueing discipline " + handle + " is not on " + device + " any more");
  return listing;
}

Status remove_root(const std::string& device, const std::string& handle) {
  const auto listing = run_program({"tc", "qdisc", "show", "dev", device}, kLongest);
  if (!listing.ok()) return listing.error();
  if (root_discipline(listing->output).handle != handle) return Ok{};
  const auto removed = run_checked({"tc", "qdisc", "del", "dev", device, "root"}, kLongest);
  if (!removed.ok()) return removed.error();
  return Ok{};
}

Status prove_root_removed(const std::string& device, const std::string& handle) {
  const auto listing = run_program({"tc", "qdisc", "show", "dev", device}, kLongest);
  if (!listing.ok()) return listing.error();
  if (root_discipline(listing->output).handle == handle)
    return trouble("the queueing discipline " + handle + " is still on " + device);
  return Ok{};
}

std::vector<std::string> left_disciplines(const std::string& kind) {
  std::vector<std::string> left;
  const auto listing = run_program({"tc", "qdisc", "show"}, kLongest);
  if (!listing.ok()) return left;
  std::istringstream lines(listing->output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string qdisc;
    std::string found;
    std::string handle;
    words >> qdisc >> found >> handle;
    if (found == kind && handle.size() == kHandleLength && handle.rfind(kOurs, 0) == 0)
      left.push_back("queueing discipline " + line);
  }
  return left;
}

}  // namespace hadrill::agent
