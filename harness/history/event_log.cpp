#include "history/event_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"

namespace hadrill {
namespace {

std::optional<Event> read_event(std::string_view line) {
  Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded() || !object.is_object() || json_natural(object, "/v") != 1) return std::nullopt;
  const auto at = json_natural(object, "/t");
  const auto type = json_get<std::string>(object, "/type");
  if (!at || !type) return std::nullopt;
  object.erase("v");
  object.erase("t");
  object.erase("type");
  return Event{{*at}, *type, std::move(object)};
}

}  // namespace

std::optional<std::int64_t> json_integer(const Json& document, std::string_view pointer) {
  const Json::json_pointer at{std::string(pointer)};
  if (!document.contains(at) || !document.at(at).is_number_integer()) return std::nullopt;
  const Json& number = document.at(at);
  // What does not fit would be wrapped round by get().
  if (number.is_number_unsigned() && number.get<std::uint64_t>() > static_cast<std::uint64_t>(kLatest.ns)) {
    return std::nullopt;
  }
  const auto value = number.get<std::int64_t>();
  return value < -kLatest.ns || value > kLatest.ns ? std::nullopt : std::optional(value);
}

std::optional<std::int64_t> json_natural(const Json& document, std::string_view pointer) {
  const auto value = json_integer(document, pointer);
  return value && *value >= 0 ? value : std::nullopt;
}

Result<EventWriter> EventWriter::create(const std::filesystem::path& path) {
  auto file = AppendFile::open(path, AppendFile::Existing::append, "events");
  if (!file.ok()) return file.error();
  return EventWriter(std::move(*file));
}

Status EventWriter::write(const Event& event) {
  Json line = {{"v", 1}, {"t", event.at.ns}, {"type", event.type}};
  for (const auto& [key, value] : event.data.items()) line[key] = value;
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  return file_.append(text, text.size());
}

const Event* EventLog::first(std::string_view type) const {
  const auto found = std::find_if(events.begin(), events.end(), [&](const Event& event) { return event.type == type; });
  return found == events.end() ? nullptr : &*found;
}

const Event* EventLog::last(std::string_view type) const {
  const auto found =
      std::find_if(events.rbegin(), events.rend(), [&](const Event& event) { return event.type == type; });
  return found == events.rend() ? nullptr : &*found;
}

Result<EventLog> parse_events(std::string_view text, const std::string& where) {
  EventLog log;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (end == std::string_view::npos) {
      log.dropped_bytes = text.size();  // the writer ends each line: this one was torn, even if it reads well
      break;
    }
    auto event = read_event(line);
    if (!event) return infrastructure_error(where, fmt::format("line {} is not an event", number));
    log.events.push_back(std::move(*event));
    text.remove_prefix(end + 1);
  }
  return log;
}

Result<EventLog> read_events(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return text.error();
  return parse_events(*text, path.string());
}

}  // namespace hadrill
