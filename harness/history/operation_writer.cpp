#include <fmt/format.h>

#include <iterator>

#include "base/json.hpp"
#include "history/operation_log.hpp"
#include "history/operation_names.hpp"

namespace hadrill {
namespace {

/// A JSON string; bytes that are no UTF-8 are replaced.
std::string quoted(std::string_view text) {
  return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string beginning(Instant at, std::string_view type) {
  return fmt::format(R"({{"v":1,"t":{},"type":"{}")", at.ns, type);
}

}  // namespace

namespace operation_line {

std::string header(Instant now, const OperationHeader& header) {
  Json vantages = Json::array();
  for (const Vantage& vantage : header.vantages) {
    vantages.push_back({{"name", vantage.name},
                        {"endpoint", vantage.endpoint},
                        {"server", vantage.server},
                        {"watches", vantage.watches}});
  }
  const Json line = {{"v", 1},
                     {"t", now.ns},
                     {"type", "header"},
                     {"run", header.run},
                     {"namespace", header.name_space},
                     {"servers", header.servers},
                     {"listed", header.listed},
                     {"vantages", std::move(vantages)}};
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string invoked(const Write& write) {
  return beginning(write.invoked, "write") + fmt::format(R"(,"id":{},"object":{},"vantage":{},"precondition":{}}})"
                                                         "\n",
                                                         write.id, write.object, write.vantage, write.precondition);
}

std::string returned(const Write& write, std::string_view reason) {
  std::string line = beginning(write.returned, "return") +
                     fmt::format(R"(,"id":{},"outcome":"{}","version":{},"status":{},"server":{})", write.id,
                                 name_in(kWriteOutcomes, write.outcome), write.version, write.status, write.server);
  if (!reason.empty()) line += R"(,"reason":)" + quoted(reason);
  return line + "}\n";
}

std::string read(const Read& read) {
  return beginning(read.returned, "read") +
         fmt::format(R"(,"invokedNs":{},"object":{},"vantage":{},"server":{},"purpose":"{}","version":{},"id":{}}})"
                     "\n",
                     read.invoked.ns, read.object, read.vantage, read.server, name_in(kReadPurposes, read.purpose),
                     read.version, read.id);
}

std::string list(const List& list) {
  std::string line =
      beginning(list.returned, "list") +
      fmt::format(R"(,"invokedNs":{},"vantage":{},"server":{},"scope":"{}","version":{},"items":[)", list.invoked.ns,
                  list.vantage, list.server, name_in(kListScopes, list.scope), list.version);
  const char* separator = "";
  for (const ListItem& item : list.items) {
    fmt::format_to(std::back_inserter(line), "{}[{},{},{}]", separator, item.object, item.version, item.id);
    separator = ",";
  }
  return line + "]}\n";
}

std::string watch(const WatchRecord& record, std::string_view reason) {
  std::string line = beginning(record.at, fmt::format("watch.{}", name_in(kWatchSteps, record.step)));
  fmt::format_to(std::back_inserter(line), R"(,"vantage":{})", record.vantage);
  if (record.is_event()) {
    fmt::format_to(std::back_inserter(line), R"(,"object":{},"version":{},"id":{})", record.object, record.version,
                   record.id);
  } else if (record.is_end()) {
    fmt::format_to(std::back_inserter(line), R"(,"server":{})", record.server);
  } else if (record.step != WatchStep::expired) {
    fmt::format_to(std::back_inserter(line), R"(,"version":{})", record.version);
  }
  if (!reason.empty()) line += R"(,"reason":)" + quoted(reason);
  return line + "}\n";
}

}  // namespace operation_line

Result<OperationWriter> OperationWriter::create(const std::filesystem::path& path, Instant now,
                                                const OperationHeader& header) {
  auto file = AppendFile::open(path, AppendFile::Existing::refuse, "operations");
  if (!file.ok()) return file.error();
  OperationWriter writer(std::move(*file));
  if (const Status written = writer.append(operation_line::header(now, header)); !written.ok()) return written.error();
  return writer;
}

Status OperationWriter::append(const std::string& line) {
  const Status written = file_.append(line, line.size());
  if (!written.ok() && !failure_) failure_ = written.error();
  return written;
}

Status OperationWriter::invoked(const Write& write) { return append(operation_line::invoked(write)); }
Status OperationWriter::returned(const Write& write, std::string_view reason) {
  return append(operation_line::returned(write, reason));
}
Status OperationWriter::read(const Read& read) { return append(operation_line::read(read)); }
Status OperationWriter::list(const List& list) { return append(operation_line::list(list)); }
Status OperationWriter::watch(const WatchRecord& record, std::string_view reason) {
  return append(operation_line::watch(record, reason));
}

}  // namespace hadrill
