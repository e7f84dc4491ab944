#include "probe/watch_stream.hpp"

#include <fmt/format.h>

#include <charconv>

#include "history/sample.hpp"

namespace hadrill {

std::optional<std::int64_t> natural(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > kLatest.ns) return std::nullopt;
  return value;
}

std::optional<std::int64_t> version_of(const Json& object) {
  const auto version = natural(json_text(object, "/metadata/resourceVersion"));
  return version && *version > 0 ? version : std::nullopt;
}

std::optional<WatchEnvelope> read_watch_envelope(std::string_view line) {
  auto document = parse_json(line, "watch");
  if (!document.ok() || !document->is_object() || !document->contains("object")) return std::nullopt;
  WatchEnvelope out;
  out.type = json_text(*document, "/type");
  out.object = std::move(document->at("object"));
  if (out.type == "ERROR") {
    const bool gone = json_get<int>(out.object, "/code") == kGone;
    out.kind = gone ? WatchEnvelope::Kind::expired : WatchEnvelope::Kind::failed;
    out.reason = json_text(out.object, "/message", "an error without a message");
  }
  return out;
}

void take_lines(std::string_view piece, std::size_t longest, std::string& buffer, std::string& trouble,
                const std::function<void(std::string_view)>& take_line) {
  while (!piece.empty() && trouble.empty()) {
    const std::size_t end = piece.find('\n');
    buffer.append(piece.substr(0, end));
    if (buffer.size() > longest) trouble = "a line without end";
    // The rest of a line may come with the next piece.
    if (end == std::string_view::npos) return;
    if (trouble.empty() && !buffer.empty()) take_line(buffer);
    buffer.clear();
    piece.remove_prefix(end + 1);
  }
}

std::string why_ended(const std::string& trouble, const http::Transfer& transfer) {
  if (!trouble.empty()) return trouble;
  if (transfer.ending != http::Ending::response) return transfer.reason;
  return fmt::format("ended, HTTP {}", transfer.status);
}

}  // namespace hadrill
