// Owns one libcurl transfer: options set from a Request, the ending read back into a Transfer.
#pragma once

#include <curl/curl.h>

#include <memory>

#include "http/transfer.hpp"

namespace hadrill::http {

/// libcurl's global state; made once, before any handle.
void ensure_curl();

/// A transfer in the making. Its address must not change while libcurl uses it.
class CurlEasy {
 public:
  CurlEasy(const Request& request, const TlsIdentity& identity);
  ~CurlEasy();
  CurlEasy(const CurlEasy&) = delete;
  CurlEasy& operator=(const CurlEasy&) = delete;

  CURL* handle() const { return handle_; }
  /// Marks the instant the transfer is handed to libcurl.
  void mark_sent(Instant now) { transfer_.sent = now; }
  /// Reads the ending. `now` bounds Transfer::done.
  Transfer finish(CURLcode code, Instant now);

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_before_request(void* self, char* remote, char* local, int remote_port, int local_port);
  void set_tls(const TlsIdentity& identity, ConnectionUse connection);

  CURL* handle_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::string request_body_;
  BodySink body_sink_;
  int attempts_ = 0;
  Transfer transfer_;
};

}  // namespace hadrill::http
