// Owns HTTP/2 on the server's side of one connection: bytes in, requests out; responses in, bytes out. No sockets.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/handler.hpp"

namespace hadrill::server {

class H2Session {
 public:
  using StreamId = std::int32_t;
  /// Told of every whole request; may respond at once.
  using RequestSink = std::function<void(StreamId, const Request&)>;

  explicit H2Session(RequestSink sink);
  ~H2Session();
  H2Session(const H2Session&) = delete;
  H2Session& operator=(const H2Session&) = delete;

  /// What the client has sent. False: it does not speak HTTP/2.
  bool feed(std::string_view bytes);
  /// Without effect when the stream is over by now. `Response::after` is the caller's.
  void respond(StreamId id, Response response);
  /// Asks the sources of open streams for more. True: there is something to send.
  bool look_at_sources();
  /// What has to be sent; appended.
  void take_output(std::string& bytes);
  /// Nothing will come and nothing has to be sent.
  bool over() const;

 private:
  struct Stream {
    Request request;
    bool answered = false;
    Response response;
    std::size_t sent = 0;  ///< of response.body, which is cut at its front now and then when there is a source
    bool waiting = false;  ///< for its source
  };

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* self);
  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t flags,
                       void* self);
  static int on_data(nghttp2_session* session, std::uint8_t flags, StreamId id, const std::uint8_t* data,
                     std::size_t size, void* self);
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* self);
  static int on_stream_close(nghttp2_session* session, StreamId id, std::uint32_t code, void* self);
  static ssize_t on_body_wanted(nghttp2_session* session, StreamId id, std::uint8_t* buffer, std::size_t size,
                                std::uint32_t* flags, nghttp2_data_source* source, void* self);
  static ssize_t give_body(Stream& stream, std::uint8_t* buffer, std::size_t size, std::uint32_t& flags);
  Stream* find(StreamId id);

  RequestSink sink_;
  nghttp2_session* session_ = nullptr;
  std::map<StreamId, Stream> streams_;
  std::size_t sources_ = 0;
};

}  // namespace hadrill::server
