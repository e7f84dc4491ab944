#include <fmt/format.h>

#include "base/file.hpp"
#include "base/json.hpp"
#include "history/event_log.hpp"
#include "history/flat_line.hpp"
#include "history/operation_log.hpp"
#include "history/operation_names.hpp"

namespace hadrill {
namespace {

constexpr std::string_view kWatchPrefix = "watch.";
/// More objects than any run can make; keeps tables by object number small whatever a file says.
constexpr std::int64_t kMostObjects = 1 << 20;
/// A list has a line of this many entries: far more than anybody would list twice a second.
constexpr std::int64_t kMostListed = 4096;
constexpr std::int64_t kMostVantages = 10'000;
constexpr std::int64_t kHighestStatus = 999;

std::optional<Vantage> read_vantage(const Json& entry, std::size_t servers) {
  const auto name = json_get<std::string>(entry, "/name");
  const auto endpoint = json_get<std::string>(entry, "/endpoint");
  const auto server = json_natural(entry, "/server");
  const auto watches = json_get<bool>(entry, "/watches");
  if (!name || !endpoint || !server || !watches || *server > static_cast<std::int64_t>(servers)) return std::nullopt;
  return Vantage{*name, *endpoint, static_cast<std::uint16_t>(*server), *watches};
}

std::optional<OperationHeader> read_header(std::string_view line, Instant& begun) {
  const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded() || !object.is_object() || json_natural(object, "/v") != 1) return std::nullopt;
  const auto at = json_natural(object, "/t");
  const auto run = json_get<std::string>(object, "/run");
  const auto name_space = json_get<std::string>(object, "/namespace");
  const auto listed = json_natural(object, "/listed");
  const Json& vantages = json_array(object, "/vantages");
  const Json& servers = json_array(object, "/servers");
  if (json_text(object, "/type") != "header" || !at || !run || !name_space || !listed || *listed > kMostListed ||
      vantages.size() > kMostVantages || servers.size() > kMostVantages) {
    return std::nullopt;
  }
  begun = {*at};
  OperationHeader header{*run, *name_space, {}, {}, static_cast<ObjectNumber>(*listed)};
  for (const Json& server : servers) {
    if (!server.is_string()) return std::nullopt;
    header.servers.push_back(server.get<std::string>());
  }
  for (const Json& entry : vantages) {
    auto vantage = read_vantage(entry, servers.size());
    if (!vantage) return std::nullopt;
    header.vantages.push_back(std::move(*vantage));
  }
  return header;
}

/// Puts lines together to a history. Every function says what is wrong with the line, or nullptr.
class Assembler {
 public:
  explicit Assembler(OperationHistory& history) : history_(history) {}

  const char* take(std::string_view text, std::uint32_t number) {
    line_number_ = number;
    if (!line_.parse(text) || line_.number(NumberMember::v) != 1) return kNoOperation;
    const auto at = line_.number(NumberMember::t);
    if (!at) return kNoOperation;
    at_ = {*at};
    const std::string& type = line_.text(TextMember::type);
    if (type == "write") return write();
    if (type == "return") return returned();
    if (type == "read") return read();
    if (type == "list") return list();
    if (type.starts_with(kWatchPrefix)) return watch(std::string_view(type).substr(kWatchPrefix.size()));
    return kNoOperation;
  }

 private:
  static constexpr const char* kNoOperation = "is not an operation";

  /// A member that has to be there and to be at most `most`.
  template <typename T>
  bool take_number(NumberMember member, T& out, std::int64_t most = kLatest.ns) const {
    const auto value = line_.number(member);
    if (!value || *value > most) return false;
    out = static_cast<T>(*value);
    return true;
  }
  bool take_vantage(std::uint16_t& out) const {
    return take_number(NumberMember::vantage, out, static_cast<std::int64_t>(history_.header.vantages.size()) - 1);
  }
  bool take_server(std::uint16_t& out) const {
    return take_number(NumberMember::server, out, static_cast<std::int64_t>(history_.header.servers.size()));
  }
  bool take_object(ObjectNumber& out) const { return take_number(NumberMember::object, out, kMostObjects - 1); }
  bool take_instants(Instant& invoked, Instant& returned) const {
    returned = at_;
    return take_number(NumberMember::invoked_ns, invoked.ns, at_.ns);
  }

  const char* write() {
    Write write;
    write.line = line_number_;
    write.invoked = at_;
    if (!take_number(NumberMember::id, write.id) || !take_object(write.object) || !take_vantage(write.vantage) ||
        !take_number(NumberMember::precondition, write.precondition)) {
      return kNoOperation;
    }
    if (write.id != static_cast<WriteId>(history_.writes.size()) + 1) return "does not count on from the last write";
    history_.writes.push_back(write);
    return nullptr;
  }

  const char* returned() {
    WriteId id = 0;
    const auto outcome = value_in(kWriteOutcomes, line_.text(TextMember::outcome));
    if (!take_number(NumberMember::id, id) || !outcome) return kNoOperation;
    if (id == 0 || id > static_cast<WriteId>(history_.writes.size())) return "answers a write that was not made";
    Write& write = history_.writes[static_cast<std::size_t>(id - 1)];
    if (write.returned_line != 0) return "answers a write a second time";
    if (at_ < write.invoked) return "answers a write before it was made";
    Version version = 0;
    if (!take_number(NumberMember::version, version) || !take_server(write.server) ||
        !take_number(NumberMember::status, write.status, kHighestStatus) ||
        (version > 0) != (outcome == WriteOutcome::acknowledged)) {
      return kNoOperation;
    }
    write.version = version;
    write.outcome = *outcome;
    write.returned = at_;
    write.returned_line = line_number_;
    return nullptr;
  }

  const char* read() {
    Read read;
    read.line = line_number_;
    const auto purpose = value_in(kReadPurposes, line_.text(TextMember::purpose));
    if (!purpose || !take_instants(read.invoked, read.returned) || !take_object(read.object) ||
        !take_vantage(read.vantage) || !take_server(read.server) || !take_number(NumberMember::version, read.version) ||
        !take_number(NumberMember::id, read.id) || (read.version == 0 && read.id != 0)) {
      return kNoOperation;
    }
    read.purpose = *purpose;
    history_.reads.push_back(read);
    return nullptr;
  }

  const char* list() {
    List list;
    list.line = line_number_;
    const auto scope = value_in(kListScopes, line_.text(TextMember::scope));
    const auto items = line_.triples();
    if (!scope || !items || !take_instants(list.invoked, list.returned) || !take_vantage(list.vantage) ||
        !take_server(list.server) || !take_number(NumberMember::version, list.version) || list.version == 0) {
      return kNoOperation;
    }
    list.scope = *scope;
    for (std::size_t i = 0; i + 2 < items->size(); i += 3) {
      const ListItem item{static_cast<ObjectNumber>((*items)[i]), (*items)[i + 1], (*items)[i + 2]};
      if ((*items)[i] >= kMostObjects || item.version == 0 || item.version > kLatest.ns || item.id > kLatest.ns)
        return kNoOperation;
      list.items.push_back(item);
    }
    history_.lists.push_back(std::move(list));
    return nullptr;
  }

  const char* watch(std::string_view name) {
    WatchRecord record;
    record.line = line_number_;
    record.at = at_;
    const auto step = value_in(kWatchSteps, name);
    if (!step || !take_vantage(record.vantage)) return kNoOperation;
    record.step = *step;
    if (record.is_event()) {
      if (!take_object(record.object) || !take_number(NumberMember::version, record.version) || record.version == 0 ||
          !take_number(NumberMember::id, record.id)) {
        return kNoOperation;
      }
    } else if (record.is_end()) {
      if (!take_server(record.server)) return kNoOperation;
    } else if (record.step != WatchStep::expired && !take_number(NumberMember::version, record.version)) {
      return kNoOperation;
    }
    history_.watches.push_back(record);
    return nullptr;
  }

  OperationHistory& history_;
  FlatLine line_;
  Instant at_;
  std::uint32_t line_number_ = 0;
};

}  // namespace

Result<OperationHistory> parse_operations(std::string_view text, const std::string& where) {
  OperationHistory history;
  Assembler assembler(history);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      history.dropped_bytes = text.size();  // the writer ends each line: this one was torn, even if it reads well
      break;
    }
    const std::string_view line = text.substr(0, end);
    ++number;
    if (number == 1) {
      auto header = read_header(line, history.begun);
      if (!header) return infrastructure_error(where, "does not begin with a header that this hadrill reads");
      history.header = std::move(*header);
    } else if (const char* wrong = assembler.take(line, number)) {
      return infrastructure_error(where, fmt::format("line {} {}", number, wrong));
    }
    text.remove_prefix(end + 1);
  }
  if (number == 0) return infrastructure_error(where, "has no header");
  return history;
}

Result<OperationHistory> read_operations(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return text.error();
  return parse_operations(*text, path.string());
}

}  // namespace hadrill
