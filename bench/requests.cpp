#include "requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "history/sample_log.hpp"

namespace hadrill::bench {
namespace {

/// Columns of vegeta's CSV, from 0.
enum Column : std::size_t { kTimestamp = 0, kCode = 1, kLatency = 2, kSequence = 8, kColumns = 12 };

template <typename T>
bool number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

struct Hit {
  std::uint64_t sequence = 0;
  std::int64_t sent = 0;
  std::int64_t latency = 0;
  int code = 0;
};

/// An error's text can have a comma within quotes; nothing else that matters here is quoted.
std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    if (i < line.size() && (quoted || line[i] != ',')) continue;
    columns.push_back(line.substr(begin, i - begin));
    begin = i + 1;
  }
  return columns;
}

std::optional<Hit> read_hit(std::string_view line) {
  const auto columns = columns_of(line);
  Hit hit;
  const bool read = columns.size() == kColumns && number(columns[kTimestamp], hit.sent) &&
                    number(columns[kCode], hit.code) && number(columns[kLatency], hit.latency) &&
                    number(columns[kSequence], hit.sequence);
  return read ? std::optional(hit) : std::nullopt;
}

}  // namespace

Result<std::vector<Made>> read_hadrill(const std::filesystem::path& path) {
  const auto log = read_samples(path);
  if (!log.ok()) return log.error();
  std::vector<Made> all;
  for (const Sample& sample : log->samples) {
    all.push_back({sample.scheduled.ns, sample.sent.ns, sample.outcome == Outcome::ok});
  }
  return all;
}

Result<std::vector<Made>> read_vegeta(const std::filesystem::path& path, double rate, Duration deadline) {
  std::ifstream file(path);
  if (!file) return infrastructure_error(path.string(), "cannot be read");
  std::vector<Made> all;
  std::int64_t origin = std::numeric_limits<std::int64_t>::max();
  std::string line;
  for (std::size_t row = 1; std::getline(file, line); ++row) {
    const auto hit = read_hit(line);
    if (!hit) return infrastructure_error(path.string(), fmt::format("line {} is not a result of vegeta", row));
    const auto offset = static_cast<std::int64_t>(static_cast<double>(hit->sequence) * 1e9 / rate);
    origin = std::min(origin, hit->sent - offset);
    const bool good = hit->code >= 200 && hit->code <= 299 && hit->latency <= deadline.count();
    all.push_back({offset, hit->sent, good});
  }
  for (Made& one : all) one.planned += origin;
  return all;
}

}  // namespace hadrill::bench
