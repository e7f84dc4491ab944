#include "http/curl_easy.hpp"

#include <array>
#include <cassert>
#include <cstring>
#include <string_view>

namespace hadrill::http {
namespace {

constexpr std::size_t kBodyLimit = 1024UL * 1024;

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  assert(code == CURLE_OK);
  static_cast<void>(code);
}

curl_blob blob_of(const std::string& pem) {
  // CURL_BLOB_NOCOPY: the identity outlives every transfer; libcurl does not write through the pointer.
  return {const_cast<char*>(pem.data()), pem.size(),
          CURL_BLOB_NOCOPY};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

Ending ending_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return Ending::response;
    case CURLE_COULDNT_CONNECT:
      return Ending::refused;
    case CURLE_OPERATION_TIMEDOUT:
      return Ending::timeout;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_ABORTED_BY_CALLBACK:
      return Ending::reset;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
      return Ending::tls;
    default:
      return Ending::other;
  }
}

std::string serial_of(CURL* handle) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr || chain->num_of_certs == 0)
    return {};
  constexpr std::string_view kLabel = "Serial Number:";
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text(line->data);
    if (text.starts_with(kLabel)) return std::string(text.substr(kLabel.size()));
  }
  return {};
}

}  // namespace

void ensure_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  assert(code == CURLE_OK);
  static_cast<void>(code);
}

CurlEasy::CurlEasy(const Request& request, const TlsIdentity& identity)
    : request_body_(request.body), body_sink_(request.on_body) {
  ensure_curl();
  handle_ = curl_easy_init();
  assert(handle_ != nullptr);
  set(handle_, CURLOPT_URL, request.url.c_str());
  set(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  set(handle_, CURLOPT_NOSIGNAL, 1L);
  set(handle_, CURLOPT_PROXY, "");  // 127.0.0.1 is never behind a proxy, whatever the environment says
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(request.timeout).count();
  if (!request.on_body) set(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  set(handle_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout));
  set(handle_, CURLOPT_WRITEFUNCTION, &CurlEasy::on_body);
  set(handle_, CURLOPT_WRITEDATA, this);
  set(handle_, CURLOPT_PREREQFUNCTION, &CurlEasy::on_before_request);
  set(handle_, CURLOPT_PREREQDATA, this);
  set(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  if (!request_body_.empty()) {
    set(handle_, CURLOPT_POSTFIELDS, request_body_.c_str());
    set(handle_, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_body_.size()));
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    set(handle_, CURLOPT_HTTPHEADER, headers_);
  }
  if (request.connection == ConnectionUse::fresh) {
    set(handle_, CURLOPT_FRESH_CONNECT, 1L);
    set(handle_, CURLOPT_FORBID_REUSE, 1L);
  } else {
    set(handle_, CURLOPT_PIPEWAIT, 1L);  // rather wait for the one connection than open a second
  }
  set_tls(identity, request.connection);
}

void CurlEasy::set_tls(const TlsIdentity& identity, ConnectionUse connection) {
  set(handle_, CURLOPT_CERTINFO, 1L);
  if (connection == ConnectionUse::fresh) set(handle_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  if (!identity.ca_pem.empty()) {
    curl_blob ca = blob_of(identity.ca_pem);
    set(handle_, CURLOPT_CAINFO_BLOB, &ca);
  }
  if (!identity.certificate_pem.empty()) {
    curl_blob certificate = blob_of(identity.certificate_pem);
    curl_blob key = blob_of(identity.key_pem);
    set(handle_, CURLOPT_SSLCERT_BLOB, &certificate);
    set(handle_, CURLOPT_SSLKEY_BLOB, &key);
  }
}

CurlEasy::~CurlEasy() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

std::size_t CurlEasy::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& easy = *static_cast<CurlEasy*>(self);
  if (easy.body_sink_) {
    easy.body_sink_({data, size * count}, MonotonicClock().now());
    return size * count;
  }
  auto& body = easy.transfer_.body;
  if (body.size() + size * count > kBodyLimit) return 0;
  body.append(data, size * count);
  return size * count;
}

int CurlEasy::on_before_request(void* self, char* /*remote*/, char* /*local*/, int /*remote_port*/,
                                int /*local_port*/) {
  // libcurl sends a request again by itself when a reused connection turns out to be dead. A measuring instrument must
  // not: the second attempt is refused here and the request counts as reset.
  return ++static_cast<CurlEasy*>(self)->attempts_ > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

Transfer CurlEasy::finish(CURLcode code, Instant now) {
  Transfer transfer = std::move(transfer_);
  transfer.ending = ending_of(code);
  if (code != CURLE_OK) transfer.reason = attempts_ > 1 ? "reused connection was dead" : curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  transfer.status = static_cast<int>(status);
  long connections = 0;
  curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connections);
  transfer.opened_connection = connections > 0;
  if (transfer.opened_connection) transfer.certificate_serial = serial_of(handle_);
  curl_off_t first_byte_us = 0;
  curl_easy_getinfo(handle_, CURLINFO_STARTTRANSFER_TIME_T, &first_byte_us);
  curl_off_t total_us = 0;
  curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &total_us);
  // libcurl's times count from the start of the transfer, which is `sent`; `now` is when we came to look.
  transfer.done = std::min(now, transfer.sent + std::chrono::microseconds(total_us));
  if (transfer.ending != Ending::response && total_us == 0) transfer.done = now;
  if (first_byte_us > 0)
    transfer.first_byte = std::min(transfer.done, transfer.sent + std::chrono::microseconds(first_byte_us));
  return transfer;
}

}  // namespace hadrill::http
