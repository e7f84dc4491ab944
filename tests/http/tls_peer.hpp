// One connection of a TlsServer.
#pragma once

#include <nghttp2/nghttp2.h>

#include <functional>
#include <map>

#include "tls_server.hpp"

namespace hadrill::test {

class TlsPeer {
 public:
  TlsPeer(TlsServer& server, SSL_CTX* context, int socket);
  ~TlsPeer();
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  int socket() const { return socket_; }
  bool wants_to_write() const;
  /// Reads and writes what can be. False: it is over, and the client has seen all of it.
  bool go_on();

 private:
  struct Stream {
    std::string path;
    std::string received;
    std::string body;
    bool left_open = false;
    bool endless = false;
    bool then_reset = false;
  };

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t flags,
                       void* self);
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* self);
  static int on_data(nghttp2_session* session, std::uint8_t flags, int stream, const std::uint8_t* data,
                     std::size_t size, void* self);
  static int on_stream_close(nghttp2_session* session, int stream, std::uint32_t code, void* self);
  static ssize_t on_read_body(nghttp2_session* session, int stream, std::uint8_t* buffer, std::size_t size,
                              std::uint32_t* flags, nghttp2_data_source* source, void* self);

  bool shake_hands();
  void start_http2();
  void receive(const char* data, std::size_t size);
  void answer_http1();
  void answer(int id);
  void respond(int id, const std::string& status, const std::string& body, const std::string& location = {});
  void release_hanging();
  void feed_open();
  void flush();
  bool drain();

  TlsServer& server_;
  int socket_;
  SSL* ssl_ = nullptr;
  nghttp2_session* session_ = nullptr;
  std::map<int, Stream> streams_;
  std::string in_;   ///< of HTTP/1.1
  std::string out_;  ///< to be encrypted and written
  bool shaken_ = false;
  bool handshake_wants_to_write_ = false;
  bool closing_ = false;   ///< once all is written
  bool draining_ = false;  ///< waits for the client to close, so that nothing written is lost to a reset
};

}  // namespace hadrill::test
