#include "http/response.hpp"

#include <algorithm>
#include <charconv>

namespace hadrill::http {
namespace {

/// All header lines of a response together: far above what any server of a cluster sends.
constexpr std::size_t kHeaderLimit = 256UL * 1024;
constexpr int kFirstFinal = 200;

constexpr std::string_view kServerHeader = "hadrill-server:";
constexpr std::size_t kLongestName = 128;

bool begins_with(std::string_view line, std::string_view lower_case) {
  return line.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), line.begin(),
                    [](char wanted, char c) { return wanted == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

/// The value of a header line; empty when it is longer than a name can be or not printable.
std::string name_in(std::string_view value) {
  const auto from = value.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  value = value.substr(from, value.find_last_not_of(" \t\r\n") + 1 - from);
  const bool good = value.size() <= kLongestName &&
                    std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return good ? std::string(value) : std::string();
}

int number_at(std::string_view text, std::size_t at) {
  int value = 0;
  if (at < text.size()) std::from_chars(text.data() + at, text.data() + text.size(), value);
  return value;
}

}  // namespace

void Response::begin(std::uint64_t id, const Request& request, Instant now) {
  *this = Response();
  id_ = id;
  sink_ = request.on_body;
  body_limit_ = request.body_limit;
  last_heard_ = now;
}

bool Response::take_header(std::string_view line, Delivery& delivery) {
  const Instant now = MonotonicClock().now();
  if (!first_byte_) first_byte_ = now;
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderLimit) {
    trouble_ = Trouble::header_too_large;
    return false;
  }
  if (header_complete_) return true;  // trailers
  constexpr std::string_view kStart = "HTTP/";
  if (line.starts_with(kStart)) {
    version_ = number_at(line, kStart.size());
    status_ = number_at(line, std::min(line.find(' '), line.size() - 1) + 1);
  } else if (begins_with(line, kServerHeader)) {
    server_name_ = name_in(line.substr(kServerHeader.size()));
  } else if (line == "\r\n" || line == "\n") {
    // An interim response (1xx) is followed by the one that counts.
    header_complete_ = status_ >= kFirstFinal;
    if (!header_complete_) return true;
    last_heard_ = now;
    // The stream is open, though nothing may come for long.
    if (sink_ && is_success(status_)) return take_body({}, delivery);
  }
  return true;
}

bool Response::take_body(std::string_view piece, Delivery& delivery) {
  if (muted_) return true;
  if (sink_ && is_success(status_)) {
    last_heard_ = MonotonicClock().now();
    if (delivery.open && delivery.held.empty()) {
      sink_(piece, last_heard_);
    } else {
      delivery.held.push_back({id_, sink_, std::string(piece), last_heard_});
    }
    return true;
  }
  if (sink_) last_heard_ = MonotonicClock().now();
  const std::size_t room = body_limit_ - body_.size();
  body_.append(piece.substr(0, room));
  if (piece.size() > room) trouble_ = Trouble::body_too_large;
  return trouble_ == Trouble::none;
}

void Response::move_to(Transfer& transfer) {
  if (header_complete_) {
    transfer.status = status_;
    transfer.http_version = version_;
    transfer.server_name = std::move(server_name_);
  }
  transfer.body = std::move(body_);
  transfer.first_byte = first_byte_;
  *this = Response();
}

}  // namespace hadrill::http
