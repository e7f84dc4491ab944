#include "http/curl_easy.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <limits>

#include "http/ending.hpp"

namespace hadrill::http {
namespace {

constexpr long kForever = std::numeric_limits<int>::max();
/// libcurl 7.88 loses the end of an HTTP/2 stream when the last frame does not fit into what is left of this buffer:
/// the request then hangs until something else arrives on the connection. It reads 32 KiB at a time, so alone on its
/// connection a request needs that much; four times as much has room for what arrives for others in between. Of a
/// request in flight only what is used of it is resident.
constexpr long kBufferSize = 128L * 1024;
constexpr long kUploadBufferSize = 16L * 1024;  // the least there is

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  assert(code == CURLE_OK);
  static_cast<void>(code);
}

/// In libcurl's milliseconds, where 0 would mean its own default.
long milliseconds(Duration timeout) {
  if (timeout <= Duration::zero()) return kForever;
  return static_cast<long>(
      std::min<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count(), kForever));
}

/// A socket that libcurl connects at once and without a packet: connect() of a datagram socket only notes the address.
int stand_in(curl_sockaddr& address) {
  constexpr std::uint16_t kDiscard = 9;
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_port = htons(kDiscard);
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  static_assert(sizeof address.addr == sizeof loopback);
  std::memcpy(&address.addr, &loopback, sizeof loopback);
  address.family = AF_INET;
  address.socktype = SOCK_DGRAM;
  address.protocol = 0;
  address.addrlen = sizeof loopback;
  return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

}  // namespace

bool Lane::can_take() const {
  if (opener != nullptr) return false;
  const bool usable = connection && !connection->closed();
  return !usable || connection->multiplexed() || in_flight == 0;
}

// No "Expect: 100-continue": it makes a request wait.
Surroundings::Surroundings(const TlsIdentity& identity)
    : tls(identity),
      plain_headers(curl_slist_append(nullptr, "Expect:")),
      json_headers(curl_slist_append(curl_slist_append(nullptr, "Content-Type: application/json"), "Expect:")),
      no_resolving(curl_slist_append(nullptr, "::127.0.0.1:9")) {}

Surroundings::~Surroundings() {
  curl_slist_free_all(plain_headers);
  curl_slist_free_all(json_headers);
  curl_slist_free_all(no_resolving);
}

CurlEasy::CurlEasy(Surroundings& around) : around_(around), handle_(curl_easy_init()) {
  assert(handle_ != nullptr);
  set_what_never_changes();
}

CurlEasy::~CurlEasy() { curl_easy_cleanup(handle_); }

void CurlEasy::set_what_never_changes() {
  set(handle_, CURLOPT_PRIVATE, this);
  set(handle_, CURLOPT_ERRORBUFFER, error_.data());
  set(handle_, CURLOPT_NOSIGNAL, 1L);
  set(handle_, CURLOPT_PROXY, "");  // 127.0.0.1 is never behind a proxy, whatever the environment says
  set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle_, CURLOPT_BUFFERSIZE, kBufferSize);
  set(handle_, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferSize);
  set(handle_, CURLOPT_MAXAGE_CONN, kForever);  // a connection is used until it breaks, however seldom
  set(handle_, CURLOPT_HEADERFUNCTION, &CurlEasy::on_header);
  set(handle_, CURLOPT_HEADERDATA, this);
  set(handle_, CURLOPT_WRITEFUNCTION, &CurlEasy::on_body);
  set(handle_, CURLOPT_WRITEDATA, this);
  set(handle_, CURLOPT_PREREQFUNCTION, &CurlEasy::on_before_request);
  set(handle_, CURLOPT_PREREQDATA, this);
  set(handle_, CURLOPT_OPENSOCKETFUNCTION, &CurlEasy::on_open_socket);
  set(handle_, CURLOPT_OPENSOCKETDATA, this);
  // A connection keeps these two, and may outlive the transfer that opened it.
  set(handle_, CURLOPT_CLOSESOCKETFUNCTION, &CurlEasy::on_close_socket);
  set(handle_, CURLOPT_CLOSESOCKETDATA, &around_.poller);
  // Trust and certificate come from TlsMaterial alone; libcurl goes on to check chain and name.
  set<const char*>(handle_, CURLOPT_CAINFO, nullptr);
  set<const char*>(handle_, CURLOPT_CAPATH, nullptr);
  set(handle_, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  set(handle_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  set(handle_, CURLOPT_SSL_CTX_FUNCTION, &CurlEasy::on_tls_context);
  set(handle_, CURLOPT_SSL_CTX_DATA, this);
}

void CurlEasy::begin(std::uint64_t id, const Request& request, Lane* lane, Instant now) {
  id_ = id;
  lane_ = lane;
  request_body_ = request.body;
  timeout_ = request.timeout;
  connector_ = request.connector;
  connection_.reset();
  opened_ = false;
  no_socket_ = 0;
  sent_ = false;
  cancelled_ = false;
  silence_passed_ = false;
  started_ = now;
  response_.begin(id, request, now);
  error_[0] = '\0';
  set_request(request);
}

void CurlEasy::set_request(const Request& request) {
  const bool alone = lane_ == nullptr;
  set(handle_, CURLOPT_URL, request.url.c_str());
  if (request_body_.empty()) {
    set(handle_, CURLOPT_HTTPGET, 1L);
    set(handle_, CURLOPT_NOBODY, request.method == "HEAD" ? 1L : 0L);
  } else {
    set(handle_, CURLOPT_NOBODY, 0L);
    set(handle_, CURLOPT_POST, 1L);
    set(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_body_.size()));
    set(handle_, CURLOPT_POSTFIELDS, request_body_.data());
  }
  set(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(handle_, CURLOPT_HTTPHEADER, request_body_.empty() ? around_.plain_headers : around_.json_headers);
  set(handle_, CURLOPT_FRESH_CONNECT, alone ? 1L : 0L);
  set(handle_, CURLOPT_FORBID_REUSE, alone ? 1L : 0L);
  set<curl_slist*>(handle_, CURLOPT_CONNECT_TO, connector_ != nullptr ? around_.no_resolving : nullptr);
  // The silence of a streaming response is watched by the engine.
  set(handle_, CURLOPT_TIMEOUT_MS, request.on_body ? kForever : milliseconds(request.timeout));
  set(handle_, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.timeout));
}

void CurlEasy::cancel() {
  cancelled_ = true;
  response_.mute();
}

std::optional<Instant> CurlEasy::silent_at() const {
  if (timeout_ <= Duration::zero()) return std::nullopt;
  return response_.last_heard() + timeout_;
}

std::size_t CurlEasy::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* easy = static_cast<CurlEasy*>(self);
  return easy->response_.take_header({data, size * count}, easy->around_.delivery) ? size * count : 0;
}

std::size_t CurlEasy::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto* easy = static_cast<CurlEasy*>(self);
  return easy->response_.take_body({data, size * count}, easy->around_.delivery) ? size * count : 0;
}

curl_socket_t CurlEasy::on_open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return static_cast<CurlEasy*>(self)->open_socket(*address);
}

curl_socket_t CurlEasy::open_socket(curl_sockaddr& address) {
  // libcurl sends a request again by itself when a reused connection turns out to be dead. A measuring instrument must
  // not: the second attempt gets no connection and the request counts as reset.
  if (sent_) return CURL_SOCKET_BAD;
  int socket = -1;
  if (connector_ != nullptr) {
    std::unique_ptr<Connected> way = connector_->connect();
    const int connected = way->take_socket();
    connection_ = std::make_shared<Connection>(std::move(way), connected);
    if (connected < 0) return CURL_SOCKET_BAD;
    socket = stand_in(address);
  } else {
    connection_ = std::make_shared<Connection>();
    socket = ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  }
  if (socket < 0) {
    no_socket_ = errno;
    return CURL_SOCKET_BAD;
  }
  around_.poller.add(socket, connection_);
  opened_ = true;
  if (lane_ != nullptr) {
    lane_->connection = connection_;
    lane_->opener = this;
  }
  return socket;
}

int CurlEasy::on_close_socket(void* poller, curl_socket_t socket) {
  static_cast<Poller*>(poller)->close_socket(socket);
  return 0;
}

void CurlEasy::connection_is_open() {
  if (!opened_ || connection_->open()) return;
  if (connection_->mark_open()) around_.poller.replaced(connection_->socket());
}

CURLcode CurlEasy::on_tls_context(CURL* /*handle*/, void* context, void* self) {
  auto* easy = static_cast<CurlEasy*>(self);
  auto* tls_context = static_cast<SSL_CTX*>(context);
  easy->connection_is_open();
  easy->connection_->watch(tls_context);
  return easy->around_.tls.install(tls_context) ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

int CurlEasy::on_before_request(void* self, char* /*remote*/, char* /*local*/, int /*remote_port*/,
                                int /*local_port*/) {
  auto* easy = static_cast<CurlEasy*>(self);
  if (easy->sent_) return CURL_PREREQFUNC_ABORT;
  easy->sent_ = true;
  easy->connection_is_open();
  const curl_tlssessioninfo* tls = nullptr;
  curl_easy_getinfo(easy->handle_, CURLINFO_TLS_SSL_PTR, &tls);
  const SSL* session = tls != nullptr ? static_cast<const SSL*>(tls->internals) : nullptr;
  if (easy->opened_) {
    if (session != nullptr) easy->connection_->read_session(session);
    if (easy->lane_ != nullptr && easy->lane_->opener == easy) easy->lane_->opener = nullptr;
  } else if (session != nullptr) {
    // A lane whose connection takes no more requests has a second one.
    easy->connection_ = Connection::behind(session)->shared_from_this();
  } else {
    easy->connection_ = easy->lane_->connection;
  }
  return CURL_PREREQFUNC_OK;
}

Transfer CurlEasy::finish(CURLcode code, Instant now) {
  Transfer transfer;
  transfer.ending = ending(code);
  if (transfer.ending != Ending::response) transfer.reason = reason(code);
  if (may_be_overruled(transfer.ending) && connection_ && connection_->way() != nullptr) {
    if (auto failure = connection_->way()->failure()) {
      transfer.ending = failure->ending;
      transfer.reason = std::move(failure->reason);
    }
  }
  transfer.opened_connection = opened_ && connection_->open();
  if (connection_) transfer.certificate_serial = connection_->serial();
  transfer.sent = started_;
  transfer.done = now;
  response_.move_to(transfer);
  connection_.reset();
  request_body_.clear();
  return transfer;
}

Ending CurlEasy::ending(CURLcode code) const {
  if (cancelled_) return Ending::other;
  if (silence_passed_) return Ending::timeout;
  if (response_.trouble() == Response::Trouble::body_too_large) return Ending::body_too_large;
  if (response_.trouble() == Response::Trouble::header_too_large) return Ending::other;
  if (code == CURLE_OK) return Ending::response;
  if (code == CURLE_OPERATION_TIMEDOUT) return Ending::timeout;
  return response_.header_complete() ? Ending::body_error : ending_without_response(code);
}

Ending CurlEasy::ending_without_response(CURLcode code) const {
  if (no_socket_ != 0) return Ending::other;
  if (connection_ && !opened_ && !sent_) return Ending::blind;  // the connector had no socket
  if (connection_ && !connection_->tls_problem().empty()) return Ending::tls;
  if (sent_ && code == CURLE_COULDNT_CONNECT) return Ending::reset;  // libcurl was kept from sending it again
  return ending_of(code);
}

std::string CurlEasy::reason(CURLcode code) const {
  if (cancelled_) return "cancelled";
  if (silence_passed_) return "silent for longer than the timeout";
  if (response_.trouble() == Response::Trouble::body_too_large) return "the body is larger than the limit";
  if (response_.trouble() == Response::Trouble::header_too_large) return "the header is larger than the limit";
  if (code == CURLE_SSL_CERTPROBLEM && !around_.tls.problem().empty()) return around_.tls.problem();
  if (no_socket_ != 0) return std::string("no socket: ") + std::strerror(no_socket_);
  if (connection_ && !opened_ && !sent_) return "the connector made no connection";
  const bool explained = code == CURLE_PEER_FAILED_VERIFICATION && error_[0] != '\0';
  if (!explained && connection_ && !connection_->tls_problem().empty()) return connection_->tls_problem();
  if (sent_ && code == CURLE_COULDNT_CONNECT) return "the connection broke before anything of the response arrived";
  return error_[0] != '\0' ? std::string(error_.data()) : std::string(curl_easy_strerror(code));
}

}  // namespace hadrill::http
