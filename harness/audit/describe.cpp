#include "audit/describe.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"

namespace hadrill::audit {
namespace {

std::string value_text(Version version, WriteId id) {
  if (version == 0) return "no such object";
  return id == 0 ? fmt::format("version {} of nobody's write", version)
                 : fmt::format("version {} of write {}", version, id);
}

}  // namespace

std::string object_name(ObjectNumber object) { return fmt::format("register-{}", object); }

std::string Describer::at(Instant instant) const {
  if (instant == kLatest) return "no answer";
  return fmt::format("{:+.6f} s", seconds_of(instant - history_.begun));
}

std::string Describer::span(Instant invoked, Instant returned) const {
  return fmt::format("{} to {}", at(invoked), at(returned));
}

std::string Describer::by(std::uint16_t vantage, std::uint16_t server) const {
  const OperationHeader& header = history_.header;
  std::string text = vantage < header.vantages.size() ? header.vantages[vantage].name : std::string("?");
  if (server > 0 && server <= header.servers.size()) text += ", answered by " + header.servers[server - 1U];
  return text;
}

std::string Describer::operator()(const Write& write) const {
  std::string lines = fmt::format("line {}", write.line);
  if (write.returned_line != 0) lines = fmt::format("lines {} and {}", write.line, write.returned_line);
  std::string outcome = to_string(write.outcome);
  if (write.outcome == WriteOutcome::acknowledged) outcome += fmt::format(" as version {}", write.version);
  if (write.outcome == WriteOutcome::refused && write.status > 0) outcome += fmt::format(" with {}", write.status);
  const std::string on =
      write.precondition == 0 ? std::string("to create it") : fmt::format("on version {}", write.precondition);
  return fmt::format("write {} of {} by {} ({}, {}, {}; {})", write.id, object_name(write.object),
                     by(write.vantage, write.server), span(write.invoked, write.returned), on, outcome, lines);
}

std::string Describer::operator()(const Read& read) const {
  return fmt::format("read of {} by {} ({}, found {}; line {})", object_name(read.object),
                     by(read.vantage, read.server), span(read.invoked, read.returned),
                     value_text(read.version, read.id), read.line);
}

std::string Describer::operator()(const List& list) const {
  return fmt::format("list by {} ({}, at version {} with {} objects; line {})", by(list.vantage, list.server),
                     span(list.invoked, list.returned), list.version, list.items.size(), list.line);
}

std::string Describer::operator()(const WatchRecord& record) const {
  std::string what = to_string(record.step);
  if (record.is_event()) {
    what = fmt::format("event {} of {}, {}", what, object_name(record.object), value_text(record.version, record.id));
  } else if (record.version > 0) {
    what += fmt::format(" at version {}", record.version);
  }
  return fmt::format("{} to {} ({}; line {})", what, by(record.vantage, 0), at(record.at), record.line);
}

std::string Describer::operator()(OperationRef ref) const {
  switch (ref.kind) {
    case OperationRef::Kind::write:
      return (*this)(history_.writes[ref.index]);
    case OperationRef::Kind::read:
      return (*this)(history_.reads[ref.index]);
    case OperationRef::Kind::list:
      return (*this)(history_.lists[ref.index]);
    case OperationRef::Kind::watch:
      return (*this)(history_.watches[ref.index]);
  }
  return {};
}

std::uint32_t Describer::line_of(OperationRef ref) const {
  switch (ref.kind) {
    case OperationRef::Kind::write:
      return history_.writes[ref.index].line;
    case OperationRef::Kind::read:
      return history_.reads[ref.index].line;
    case OperationRef::Kind::list:
      return history_.lists[ref.index].line;
    case OperationRef::Kind::watch:
      return history_.watches[ref.index].line;
  }
  return 0;
}

}  // namespace hadrill::audit
