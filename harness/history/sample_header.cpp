#include "history/sample_header.hpp"

#include "history/event_log.hpp"
#include "history/sample_record.hpp"

namespace hadrill {
namespace {

/// Periods and time-outs beyond this are not of our making.
constexpr std::int64_t kLongestNs = 3'600'000'000'000;

std::optional<Duration> read_duration(const Json& prober, const char* pointer) {
  const auto ns = json_natural(prober, pointer);
  if (!ns || *ns == 0 || *ns > kLongestNs) return std::nullopt;
  return Duration(*ns);
}

std::optional<ProberInfo> read_prober(const Json& entry) {
  const auto period = read_duration(entry, "/periodNs");
  const auto deadline = read_duration(entry, "/deadlineNs");
  const auto timeout = read_duration(entry, "/timeoutNs");
  if (!period || !deadline || !timeout) return std::nullopt;
  // Files from before there were other operations than reads have no member for it.
  return ProberInfo{json_text(entry, "/name"),
                    json_text(entry, "/endpoint"),
                    json_text(entry, "/through"),
                    json_text(entry, "/connection"),
                    *period,
                    *deadline,
                    *timeout,
                    json_text(entry, "/operation", operation::read)};
}

Json to_json(const ProberInfo& prober) {
  return {{"name", prober.name},
          {"endpoint", prober.endpoint},
          {"through", prober.through},
          {"connection", prober.connection},
          {"operation", prober.operation},
          {"periodNs", prober.period.count()},
          {"deadlineNs", prober.deadline.count()},
          {"timeoutNs", prober.timeout.count()}};
}

}  // namespace

const std::string& SampleHeader::server_name(std::uint16_t server) const {
  static const std::string unknown;
  return server == 0 || server > servers.size() ? unknown : servers[server - 1U].name;
}

std::string encode_header(const SampleHeader& header) {
  Json probers = Json::array();
  for (const ProberInfo& prober : header.probers) probers.push_back(to_json(prober));
  Json servers = Json::array();
  for (const ServerInfo& server : header.servers) {
    servers.push_back({{"name", server.name}, {"certificateSerial", server.certificate_serial}});
  }
  const Json document = {
      {"version", 1},
      {"recordBytes", kRecordBytes},
      {"clock", {{"monotonicNs", header.clock.monotonic.ns}, {"realtimeNs", header.clock.realtime_ns}}},
      {"probers", std::move(probers)},
      {"servers", std::move(servers)}};
  const std::string json = document.dump();
  std::string out = "HADRILL1";
  for (std::size_t i = 0, length = json.size(); i < 4; ++i, length >>= 8) out += static_cast<char>(length & 0xFF);
  out += json;
  out.resize((out.size() + kRecordBytes - 1) / kRecordBytes * kRecordBytes, '\0');
  return out;
}

std::optional<SampleHeader> read_header(const Json& document) {
  SampleHeader header;
  header.clock.monotonic = {json_natural(document, "/clock/monotonicNs").value_or(0)};
  header.clock.realtime_ns = json_natural(document, "/clock/realtimeNs").value_or(0);
  for (const Json& entry : json_array(document, "/probers")) {
    auto prober = read_prober(entry);
    if (!prober) return std::nullopt;
    header.probers.push_back(std::move(*prober));
  }
  for (const Json& entry : json_array(document, "/servers")) {
    if (!entry.is_object()) return std::nullopt;
    header.servers.push_back({json_text(entry, "/name"), json_text(entry, "/certificateSerial")});
  }
  return header;
}

}  // namespace hadrill
