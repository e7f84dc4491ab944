#include "report/sample_table.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "base/json.hpp"

namespace hadrill {
namespace {

constexpr std::array<const char*, 15> kColumns{"prober",        "endpoint",          "through",      "connection",
                                               "operation",     "sequence",          "outcome",      "http_status",
                                               "server",        "opened_connection", "scheduled_ns", "sent_ns",
                                               "first_byte_ns", "done_ns",           "latency_ns"};

/// As RFC 4180 wants it: in quotes where it has to be.
std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

std::string json_quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string beginning_of(const ProberInfo& prober, TableFormat format) {
  const std::array<const std::string*, 5> values{&prober.name, &prober.endpoint, &prober.through, &prober.connection,
                                                 &prober.operation};
  std::string line = format == TableFormat::csv ? "" : "{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += format == TableFormat::csv ? csv_text(*values[i])
                                       : fmt::format("\"{}\":{}", kColumns[i], json_quoted(*values[i]));
    line += ',';
  }
  return line;
}

/// A number, or nothing.
struct Maybe {
  bool there = false;
  std::int64_t value = 0;
};

Maybe instant_of(Instant at) { return {at.ns != 0, at.ns}; }

}  // namespace

SampleTable::SampleTable(const SampleHeader& header, TableFormat format,
                         const std::map<std::uint16_t, std::string>& seen)
    : header_(header), format_(format) {
  const bool csv = format == TableFormat::csv;
  const auto written = [csv](const std::string& name) { return csv ? csv_text(name) : json_quoted(name); };
  for (const ProberInfo& prober : header.probers) beginnings_.push_back(beginning_of(prober, format));
  servers_[0] = csv ? "" : "null";
  std::uint16_t number = 0;
  for (const ServerInfo& server : header.servers) servers_[++number] = written(server.name);
  for (const auto& [server, name] : seen) servers_.emplace(server, written(name));
}

std::string SampleTable::head() const {
  return format_ == TableFormat::csv ? fmt::format("{}\n", fmt::join(kColumns, ",")) : "";
}

void SampleTable::append(const Sample& sample, std::string& out) const {
  const bool csv = format_ == TableFormat::csv;
  const auto found = servers_.find(sample.server);
  const bool known = found != servers_.end();
  const std::string other =
      known ? "" : (csv ? fmt::format("?{}", sample.server) : fmt::format("\"?{}\"", sample.server));
  const std::string& server = known ? found->second : other;
  const std::string outcome = to_string(sample.outcome);
  auto at = std::back_inserter(out);
  if (csv) {
    fmt::format_to(at, "{}{},{},{},{},{}", beginnings_[sample.prober], sample.sequence, outcome,
                   sample.http_status == 0 ? std::string() : std::to_string(sample.http_status), server,
                   sample.opened_connection);
  } else {
    fmt::format_to(at, R"({}"sequence":{},"outcome":"{}","http_status":{},"server":{},"opened_connection":{})",
                   beginnings_[sample.prober], sample.sequence, outcome,
                   sample.http_status == 0 ? std::string("null") : std::to_string(sample.http_status), server,
                   sample.opened_connection);
  }
  const std::array<Maybe, 5> times{instant_of(sample.scheduled), instant_of(sample.sent), instant_of(sample.first_byte),
                                   instant_of(sample.done),
                                   Maybe{sample.done.ns != 0, (sample.done - sample.scheduled).count()}};
  for (std::size_t i = 0; i < times.size(); ++i) {
    out += ',';
    if (!csv) fmt::format_to(at, "\"{}\":", kColumns[10 + i]);
    if (times[i].there) {
      fmt::format_to(at, "{}", times[i].value);
    } else if (!csv) {
      out += "null";
    }
  }
  out += csv ? "\n" : "}\n";
}

}  // namespace hadrill
