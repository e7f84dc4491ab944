// Owns one libcurl transfer: options set from a Request, the ending read back into a Transfer. Used again for the next.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>

#include "http/curl_multi.hpp"
#include "http/response.hpp"
#include "http/tls_material.hpp"

namespace hadrill::http {

class CurlEasy;

/// The requests of a lane that share a connection: same server, same connector.
struct Lane {
  Lane(Poller& poller, Instant& earliest) : multi(poller, earliest) {}

  CurlMulti multi;
  std::string origin;  ///< scheme, host and port
  Connector* connector = nullptr;
  std::shared_ptr<Connection> connection;  ///< the last one opened
  const CurlEasy* opener = nullptr;        ///< who is opening it at this moment
  std::size_t in_flight = 0;               ///< requests on it

  /// Whether a request can go over the connection, or open it anew, without waiting for anybody.
  bool can_take() const;
};

/// What all transfers of an engine use.
struct Surroundings {
  explicit Surroundings(const TlsIdentity& identity);
  ~Surroundings();
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  Poller poller;
  TlsMaterial tls;
  Delivery delivery;
  curl_slist* plain_headers;
  curl_slist* json_headers;
  curl_slist* no_resolving;  ///< for connectors: the name in the URL is never looked up
};

/// Its address must not change.
class CurlEasy {
 public:
  explicit CurlEasy(Surroundings& around);
  ~CurlEasy();
  CurlEasy(const CurlEasy&) = delete;
  CurlEasy& operator=(const CurlEasy&) = delete;

  /// Makes it ready for a request. `lane`: whose connection it uses; nullptr: it opens one for itself alone.
  void begin(std::uint64_t id, const Request& request, Lane* lane, Instant now);
  /// Reads the ending and forgets the request. `now` is Transfer::done.
  Transfer finish(CURLcode code, Instant now);
  /// The request ends as cancelled, whatever libcurl says.
  void cancel();
  /// The request ends by Request::timeout, whatever libcurl says.
  void silence_passed() { silence_passed_ = true; }

  CURL* handle() const { return handle_; }
  std::uint64_t id() const { return id_; }
  Lane* lane() const { return lane_; }
  bool cancelled() const { return cancelled_; }
  bool streaming() const { return response_.streaming(); }
  /// When a streaming response has been silent for too long; nullopt: there is no limit.
  std::optional<Instant> silent_at() const;

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_before_request(void* self, char* remote, char* local, int remote_port, int local_port);
  static CURLcode on_tls_context(CURL* handle, void* context, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close_socket(void* poller, curl_socket_t socket);

  void set_what_never_changes();
  void set_request(const Request& request);
  curl_socket_t open_socket(curl_sockaddr& address);
  void connection_is_open();
  Ending ending(CURLcode code) const;
  Ending ending_without_response(CURLcode code) const;
  std::string reason(CURLcode code) const;

  Surroundings& around_;
  CURL* handle_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  // Of the request at hand:
  std::uint64_t id_ = 0;
  Lane* lane_ = nullptr;
  std::string request_body_;
  Duration timeout_{};
  Connector* connector_ = nullptr;
  std::shared_ptr<Connection> connection_;  ///< the one opened, or used
  bool opened_ = false;
  int no_socket_ = 0;  ///< errno of the attempt to get one
  bool sent_ = false;
  bool cancelled_ = false;
  bool silence_passed_ = false;
  Instant started_;
  Response response_;
};

}  // namespace hadrill::http
