// Owns what arrives of one response: its header as far as it matters, its body kept or handed on, and their limits.
#pragma once

#include <deque>

#include "http/transfer.hpp"

namespace hadrill::http {

/// Pieces of bodies that arrived at a moment at which nobody may be called.
struct HeldPiece {
  std::uint64_t id;
  BodySink sink;
  std::string piece;
  Instant at;
};

/// Whether sinks may be called now, and what waits until they may.
struct Delivery {
  bool open = false;
  std::deque<HeldPiece> held;
};

class Response {
 public:
  enum class Trouble { none, header_too_large, body_too_large };

  void begin(std::uint64_t id, const Request& request, Instant now);
  /// A line of a header, as libcurl hands it over. False: do not go on.
  bool take_header(std::string_view line, Delivery& delivery);
  /// A piece of the body. False: do not go on.
  bool take_body(std::string_view piece, Delivery& delivery);
  /// Nothing that arrives from now on is handed on.
  void mute() { muted_ = true; }
  /// Writes into a transfer what arrived, and forgets it.
  void move_to(Transfer& transfer);

  bool streaming() const { return static_cast<bool>(sink_); }
  bool header_complete() const { return header_complete_; }
  Trouble trouble() const { return trouble_; }
  /// When the last of it arrived, or when the request was sent.
  Instant last_heard() const { return last_heard_; }

 private:
  std::uint64_t id_ = 0;
  BodySink sink_;
  std::size_t body_limit_ = 0;
  Instant last_heard_;
  std::optional<Instant> first_byte_;
  std::size_t header_bytes_ = 0;
  int status_ = 0;
  int version_ = 0;
  std::string server_name_;
  bool header_complete_ = false;
  bool muted_ = false;
  Trouble trouble_ = Trouble::none;
  std::string body_;
};

}  // namespace hadrill::http
