// Owns what every watch of the API has in common: how lines are cut out of its stream, what is around the object of a
// line, how versions are written, and why a stream ended. What the objects mean is up to those who watch.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "http/transfer.hpp"

namespace hadrill {

/// HTTP 410 Gone, as a status or as the code of an ERROR line: what comes after the version that was asked for is not
/// kept any more, and a list has to say what there is.
inline constexpr int kGone = 410;

/// A decimal number and nothing else, 0 to kLatest's.
std::optional<std::int64_t> natural(std::string_view text);

/// metadata.resourceVersion of an object or a list; nullopt when it is no number above 0.
std::optional<std::int64_t> version_of(const Json& object);

/// One line of a watch: what happened, and to which object.
struct WatchEnvelope {
  enum class Kind {
    told,     ///< something about an object, or a bookmark
    expired,  ///< kGone: the watch cannot go on from its version
    failed,   ///< any other error of the server
  };
  Kind kind = Kind::told;
  std::string type;    ///< "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR" or what else the line says
  Json object;         ///< of any type: the line is checked no further
  std::string reason;  ///< of expired and failed: what the server says
};
/// nullopt: not JSON, or without an object.
std::optional<WatchEnvelope> read_watch_envelope(std::string_view line);

/// Cuts a stream into lines. `buffer` holds the line that is not whole yet; `take_line` gets each that is, unless it is
/// empty. Nothing more is taken as soon as `trouble` is not empty: `take_line` may set it, and a line of more than
/// `longest` bytes does.
void take_lines(std::string_view piece, std::size_t longest, std::string& buffer, std::string& trouble,
                const std::function<void(std::string_view)>& take_line);

/// Why a stream ended, in words: what we had against it, else what the server or the connection did.
std::string why_ended(const std::string& trouble, const http::Transfer& transfer);

}  // namespace hadrill
