#include "server/h2_session.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace hadrill::server {
namespace {

/// No client of ours sends more.
constexpr std::size_t kLongestRequest = 4UL * 1024 * 1024;
/// Watches and a prober's requests share a connection: as many as may be in flight.
constexpr std::uint32_t kMostStreams = 4096;

std::string_view view_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): bytes
}

nghttp2_nv header(std::string_view name, const std::string& value) {
  // nghttp2 copies both and writes through neither.
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // NOLINT
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

H2Session::H2Session(RequestSink sink) : sink_(std::move(sink)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &H2Session::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &H2Session::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &H2Session::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &H2Session::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &H2Session::on_stream_close);
  const int made = nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  assert(made == 0);  // fails only without memory
  static_cast<void>(made);
  const nghttp2_settings_entry most{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &most, 1);
}

H2Session::~H2Session() { nghttp2_session_del(session_); }

bool H2Session::feed(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());  // NOLINT: bytes
  return nghttp2_session_mem_recv(session_, data, bytes.size()) == static_cast<ssize_t>(bytes.size());
}

void H2Session::take_output(std::string& bytes) {
  const std::uint8_t* data = nullptr;
  for (;;) {
    const ssize_t size = nghttp2_session_mem_send(session_, &data);
    if (size <= 0) return;
    bytes.append(view_of(data, static_cast<std::size_t>(size)));
  }
}

bool H2Session::over() const {
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

H2Session::Stream* H2Session::find(StreamId id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

void H2Session::respond(StreamId id, Response response) {
  Stream* const stream = find(id);
  if (stream == nullptr || stream->answered) return;
  stream->answered = true;
  if (response.source) ++sources_;
  const std::string status = std::to_string(response.status);
  const std::string type = "application/json";
  const std::string length = std::to_string(response.body.size());
  const std::array<nghttp2_nv, 3> headers{header(":status", status), header("content-type", type),
                                          header("content-length", length)};
  const std::size_t count = response.source ? headers.size() - 1 : headers.size();
  stream->response = std::move(response);
  nghttp2_data_provider body{};
  body.read_callback = &H2Session::on_body_wanted;
  nghttp2_submit_response(session_, id, headers.data(), count, &body);
}

bool H2Session::look_at_sources() {
  if (sources_ == 0) return false;
  bool more = false;
  for (auto& [id, stream] : streams_) {
    if (!stream.waiting) continue;
    stream.response.body.append(stream.response.source->take());
    if (stream.sent == stream.response.body.size()) continue;
    stream.waiting = false;
    more = true;
    nghttp2_session_resume_data(session_, id);
  }
  return more;
}

ssize_t H2Session::give_body(Stream& stream, std::uint8_t* buffer, std::size_t size, std::uint32_t& flags) {
  Response& response = stream.response;
  if (response.source && stream.sent == response.body.size()) {
    response.body = response.source->take();
    stream.sent = 0;
    stream.waiting = response.body.empty();
    if (stream.waiting) return NGHTTP2_ERR_DEFERRED;
  }
  const std::size_t end = std::min(response.cut_at.value_or(response.body.size()), response.body.size());
  const std::size_t piece = std::min(size, end - stream.sent);
  if (piece == 0 && response.cut_at) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
  std::memcpy(buffer, response.body.data() + stream.sent, piece);
  stream.sent += piece;
  if (stream.sent == response.body.size() && !response.source && !response.cut_at) flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(piece);
}

ssize_t H2Session::on_body_wanted(nghttp2_session* /*session*/, StreamId id, std::uint8_t* buffer, std::size_t size,
                                  std::uint32_t* flags, nghttp2_data_source* /*source*/, void* self) {
  auto& session = *static_cast<H2Session*>(self);
  Stream* const stream = session.find(id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  return H2Session::give_body(*stream, buffer, size, *flags);
}

int H2Session::on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
  static_cast<H2Session*>(self)->streams_[frame->hd.stream_id];
  return 0;
}

int H2Session::on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t /*flags*/, void* self) {
  Stream* const stream = static_cast<H2Session*>(self)->find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (view_of(name, name_size) == ":method") stream->request.method = view_of(value, value_size);
  if (view_of(name, name_size) == ":path") stream->request.path = view_of(value, value_size);
  return 0;
}

int H2Session::on_data(nghttp2_session* /*session*/, std::uint8_t /*flags*/, StreamId id, const std::uint8_t* data,
                       std::size_t size, void* self) {
  Stream* const stream = static_cast<H2Session*>(self)->find(id);
  if (stream == nullptr) return 0;
  if (stream->request.body.size() + size > kLongestRequest) return NGHTTP2_ERR_CALLBACK_FAILURE;
  stream->request.body.append(view_of(data, size));
  return 0;
}

int H2Session::on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
  auto& session = *static_cast<H2Session*>(self);
  const bool can_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
  if (!can_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  Stream* const stream = session.find(frame->hd.stream_id);
  if (stream != nullptr) session.sink_(frame->hd.stream_id, stream->request);
  return 0;
}

int H2Session::on_stream_close(nghttp2_session* /*session*/, StreamId id, std::uint32_t /*code*/, void* self) {
  auto& session = *static_cast<H2Session*>(self);
  const Stream* const stream = session.find(id);
  if (stream != nullptr && stream->response.source) --session.sources_;
  session.streams_.erase(id);
  return 0;
}

}  // namespace hadrill::server
