#include "cluster/etcd_log.hpp"

#include <charconv>
#include <regex>
#include <sstream>

#include "base/json.hpp"
#include "kube/api.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

constexpr auto kExecTimeout = 10s;
/// Longer than any line of raft's; std::regex would recurse for as long as the text is.
constexpr std::size_t kLongestMessage = 300;

/// The kubelet's folder of every etcd pod, with the containers before a restart. What is far back was before the run.
constexpr const char* kLogScript =
    R"(grep -hE 'became leader at term|lost leader|changed leader' /var/log/pods/kube-system_etcd-*/etcd/*.log 2>/dev/null | tail -n 200)";

template <typename Number>
std::optional<Number> number(const std::string& text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Raft writes ids in hex, the API in decimal. Empty: no id.
std::string decimal(const std::string& hex) {
  const auto id = number<std::uint64_t>(hex, 16);
  return id ? std::to_string(*id) : std::string();
}

std::optional<EtcdLogLine> read_message(const std::string& message) {
  static const std::regex leads("([0-9a-f]+) became leader at term ([0-9]+)");
  static const std::regex lost(
      "raft.node: ([0-9a-f]+) (?:lost leader|changed leader from) ([0-9a-f]+)(?: to [0-9a-f]+)? at term ([0-9]+)");
  if (message.size() > kLongestMessage) return std::nullopt;
  EtcdLogLine line;
  std::smatch parts;
  std::optional<std::int64_t> term;
  if (std::regex_match(message, parts, leads)) {
    term = number<std::int64_t>(parts[2], 10);
  } else if (std::regex_match(message, parts, lost)) {
    line.kind = EtcdLogLine::Kind::lost;
    line.leader = decimal(parts[2]);
    term = number<std::int64_t>(parts[3], 10);
    if (line.leader.empty()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  line.member = decimal(parts[1]);
  if (line.member.empty() || !term) return std::nullopt;
  line.term = *term;
  return line;
}

}  // namespace

std::vector<EtcdLogLine> read_etcd_lines(std::string_view log) {
  std::vector<EtcdLogLine> lines;
  std::istringstream in{std::string(log)};
  for (std::string text; std::getline(in, text);) {
    // "2026-01-31T12:00:00.123456789Z stderr F {...}": what comes before the object is the container runtime's.
    const std::size_t object = text.find('{');
    if (object == std::string::npos) continue;
    const auto entry = parse_json(std::string_view(text).substr(object), "log of etcd");
    if (!entry.ok()) continue;
    auto line = read_message(json_text(*entry, "/msg"));
    const auto at = kube::parse_time(json_text(*entry, "/ts"));
    if (!line || !at) continue;
    line->realtime_ns = *at;
    lines.push_back(std::move(*line));
  }
  return lines;
}

Result<std::vector<EtcdLogLine>> read_etcd_log(Docker& docker, const std::string& node, const Interrupt& interrupt) {
  const auto done = docker.exec(node, {"sh", "-c", kLogScript}, "", kExecTimeout, interrupt);
  if (!done.ok()) return done.error();
  return read_etcd_lines(done->out);
}

}  // namespace hadrill
