#include "tls_peer.hpp"

#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace hadrill::test {
namespace {

constexpr std::size_t kChunk = 16384;
constexpr std::uint64_t kNoLimit = 1'000'000;

nghttp2_nv pair_of(const std::string& name, const std::string& value) {
  const auto bytes = [](const std::string& text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

TlsPeer::TlsPeer(TlsServer& server, SSL_CTX* context, int socket) : server_(server), socket_(socket) {
  if (!server.options().tls) {
    shaken_ = true;
    return;
  }
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, socket);
  SSL_set_accept_state(ssl_);
}

TlsPeer::~TlsPeer() {
  nghttp2_session_del(session_);
  SSL_free(ssl_);
  close(socket_);
}

bool TlsPeer::go_on() {
  if (draining_) return drain();
  if (!shake_hands()) return draining_ ? drain() : true;
  char buffer[kChunk];
  while (true) {
    const ssize_t size = ssl_ != nullptr ? SSL_read(ssl_, buffer, sizeof buffer) : read(socket_, buffer, sizeof buffer);
    if (size > 0) {
      receive(buffer, static_cast<std::size_t>(size));
      continue;
    }
    const bool later = ssl_ != nullptr ? SSL_get_error(ssl_, static_cast<int>(size)) == SSL_ERROR_WANT_READ
                                       : size < 0 && errno == EAGAIN;
    ERR_clear_error();
    if (!later) return false;
    break;
  }
  flush();
  return draining_ ? drain() : true;
}

bool TlsPeer::shake_hands() {
  if (shaken_) return true;
  if (server_.options().reset_handshake) {
    char byte = 0;
    if (recv(socket_, &byte, 1, MSG_PEEK) < 1) return false;
    const linger hard{1, 0};  // close with a reset
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    draining_ = true;
    close(socket_);
    socket_ = -1;
    return false;
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  const int error = SSL_get_error(ssl_, result);
  handshake_wants_to_write_ = error == SSL_ERROR_WANT_WRITE;
  if (result == 1) {
    shaken_ = true;
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_, &protocol, &size);
    if (size == 2) start_http2();
    return true;
  }
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
  shutdown(socket_, SHUT_WR);
  draining_ = true;
  return false;
}

bool TlsPeer::drain() {
  if (socket_ < 0) return false;
  char buffer[kChunk];
  ssize_t size = 0;
  do {
    size = read(socket_, buffer, sizeof buffer);
  } while (size > 0);
  return size < 0 && errno == EAGAIN;
}

void TlsPeer::start_http2() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &TlsPeer::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &TlsPeer::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &TlsPeer::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &TlsPeer::on_stream_close);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_max_send_header_block_length(option, 1024UL * 1024);
  // libcurl 7.88 resets every stream after its end, when its response came without a length.
  nghttp2_option_set_stream_reset_rate_limit(option, kNoLimit, kNoLimit);
  nghttp2_session_server_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server_.options().most_streams};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &settings, 1);
}

void TlsPeer::receive(const char* data, std::size_t size) {
  if (closing_) return;
  if (session_ == nullptr) {
    in_.append(data, size);
    if (in_.find("\r\n\r\n") != std::string::npos) answer_http1();
  } else if (nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(data), size) < 0) {
    closing_ = true;
  }
}

void TlsPeer::answer_http1() {
  server_.count_request();
  const std::size_t path = in_.find(' ') + 1;
  const std::string wanted = in_.substr(path, in_.find(' ', path) - path);
  in_.clear();
  if (wanted == "/") out_ += "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
  if (wanted == "/drop") closing_ = true;
}

int TlsPeer::on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t /*flags*/,
                       void* self) {
  const std::string_view header(reinterpret_cast<const char*>(name), name_size);
  if (header != ":path") return 0;
  static_cast<TlsPeer*>(self)->streams_[frame->hd.stream_id].path.assign(reinterpret_cast<const char*>(value),
                                                                         value_size);
  return 0;
}

int TlsPeer::on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* self) {
  if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
    static_cast<TlsPeer*>(self)->answer(frame->hd.stream_id);
  return 0;
}

int TlsPeer::on_data(nghttp2_session* /*session*/, std::uint8_t /*flags*/, int stream, const std::uint8_t* data,
                     std::size_t size, void* self) {
  static_cast<TlsPeer*>(self)->streams_[stream].received.append(reinterpret_cast<const char*>(data), size);
  return 0;
}

int TlsPeer::on_stream_close(nghttp2_session* /*session*/, int stream, std::uint32_t /*code*/, void* self) {
  static_cast<TlsPeer*>(self)->streams_.erase(stream);
  return 0;
}

void TlsPeer::answer(int id) {
  server_.count_request();
  Stream& stream = streams_[id];
  const std::string path = stream.path;
  if (path == "/hang") return;
  if (path == "/drop") {
    closing_ = true;
  } else if (path == "/reset") {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
  } else if (path == "/redirect") {
    respond(id, "302", "", "/");
  } else if (path == "/forbidden") {
    respond(id, "403", "no");
  } else if (path == "/huge-header") {
    respond(id, "200", "body", std::string(512UL * 1024, 'x'));
  } else if (path == "/stream" || path == "/cut" || path == "/cut-all" || path == "/endless") {
    stream.left_open = path == "/stream";
    stream.endless = path == "/endless";
    stream.then_reset = path == "/cut";
    respond(id, "200", "one");
    closing_ = path == "/cut-all";
  } else {
    if (path == "/release") release_hanging();
    if (path == "/more") feed_open();
    const std::string long_body = "/long-";
    const bool is_long = path.starts_with(long_body);
    const std::string body = is_long ? std::string(std::stoul(path.substr(long_body.size())), 'l') : "body";
    respond(id, "200", path == "/echo" ? stream.received : body);
    if (path == "/goaway") nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
  }
}

void TlsPeer::respond(int id, const std::string& status, const std::string& body, const std::string& location) {
  streams_[id].body = body;
  const std::string names[] = {":status", "location"};
  const nghttp2_nv headers[] = {pair_of(names[0], status), pair_of(names[1], location)};
  nghttp2_data_provider provider{};
  provider.read_callback = &TlsPeer::on_read_body;
  nghttp2_submit_response(session_, id, headers, location.empty() ? 1 : 2, &provider);
}

void TlsPeer::release_hanging() {
  for (auto& [id, stream] : streams_) {
    if (stream.path == "/hang") respond(id, "200", "body");
  }
}

void TlsPeer::feed_open() {
  for (auto& [id, stream] : streams_) {
    if (!stream.left_open) continue;
    stream.body += "two";
    nghttp2_session_resume_data(session_, id);
  }
}

ssize_t TlsPeer::on_read_body(nghttp2_session* session, int id, std::uint8_t* buffer, std::size_t size,
                              std::uint32_t* flags, nghttp2_data_source* /*source*/, void* self) {
  Stream& stream = static_cast<TlsPeer*>(self)->streams_[id];
  if (stream.endless) {
    std::fill_n(buffer, size, static_cast<std::uint8_t>('x'));
    return static_cast<ssize_t>(size);
  }
  const std::size_t count = std::min(size, stream.body.size());
  std::copy_n(stream.body.data(), count, reinterpret_cast<char*>(buffer));
  stream.body.erase(0, count);
  if (stream.body.empty() && stream.left_open && count == 0) return NGHTTP2_ERR_DEFERRED;
  if (stream.body.empty() && stream.then_reset && count == 0) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
    return NGHTTP2_ERR_DEFERRED;
  }
  const bool more_to_come = stream.left_open || stream.then_reset || static_cast<TlsPeer*>(self)->closing_;
  if (stream.body.empty() && !more_to_come) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (count == 0 && more_to_come) return NGHTTP2_ERR_DEFERRED;
  return static_cast<ssize_t>(count);
}

bool TlsPeer::wants_to_write() const {
  return !draining_ && (!out_.empty() || handshake_wants_to_write_ ||
                        (session_ != nullptr && nghttp2_session_want_write(session_) != 0));
}

void TlsPeer::flush() {
  constexpr int kBurst = 64;  // a body without end must not keep the server from reading
  for (int i = 0; i < kBurst; ++i) {
    if (session_ != nullptr && out_.size() < kChunk) {
      const std::uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size > 0) out_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    if (out_.empty()) break;
    const ssize_t written = ssl_ != nullptr ? SSL_write(ssl_, out_.data(), static_cast<int>(out_.size()))
                                            : write(socket_, out_.data(), out_.size());
    if (written <= 0) return;
    out_.erase(0, static_cast<std::size_t>(written));
  }
  if (!closing_) return;
  shutdown(socket_, SHUT_WR);
  draining_ = true;
}

}  // namespace hadrill::test
