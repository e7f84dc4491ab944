// tunnel_curl: HTTP(S) requests from inside a node or a pod of it, one line each, as the probers send them. For the
// tests on a real cluster, and for looking at one by hand.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <vector>

#include "base/duration.hpp"
#include "curl_over_tunnel.hpp"
#include "tunnel/tunnels.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

struct Options {
  std::string node;
  std::string address;
  std::string pod_uid;
  std::string url;
  std::string ca;
  std::string certificate;
  std::string key;
  int count = 1;
  int period_ms = 100;
  bool keep = false;
};

std::size_t discard(char* /*data*/, std::size_t size, std::size_t count, void* /*self*/) { return size * count; }

CURL* make_handle(const Options& options, CurlConnector& connector) {
  CURL* handle = curl_easy_init();
  use_tunnel(handle, connector);
  curl_easy_setopt(handle, CURLOPT_URL, options.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &discard);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 10'000L);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, options.keep ? 0L : 1L);
  if (!options.ca.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca.c_str());
  if (!options.certificate.empty()) {
    curl_easy_setopt(handle, CURLOPT_SSLCERT, options.certificate.c_str());
    curl_easy_setopt(handle, CURLOPT_SSLKEY, options.key.c_str());
  }
  return handle;
}

/// One request and its line: "200 none 0 1.9ms" or "curl-56 refused 111 0.8ms". True for an answer with a 2xx.
bool ask(CURL* handle, CurlConnector& connector) {
  const Instant before = MonotonicClock().now();
  const CURLcode code = curl_easy_perform(handle);
  const Duration took = MonotonicClock().now() - before;
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  const tunnel::StreamReport report = connector.stream->report();
  fmt::print("{} \"{}\" {} {:.2f}ms{}\n", code == CURLE_OK ? std::to_string(status) : fmt::format("curl-{}", code),
             tunnel::to_string(report.cause), report.error_number, static_cast<double>(took.count()) / 1e6,
             report.detail.empty() ? "" : " " + report.detail);
  std::fflush(stdout);
  return code == CURLE_OK && status / 100 == 2;
}

void tell(const tunnel::TunnelEvent& event) {
  fmt::print("{} {} {}\n", event.kind == tunnel::TunnelEvent::Kind::lost ? "lost" : "reopened", event.node,
             event.reason);
  std::fflush(stdout);
}

int run(const Options& options) {
  tunnel::Tunnels tunnels(tell);
  const Status added = tunnels.add(options.node, Interrupt::never());
  if (!added.ok()) {
    fmt::print(stderr, "{}\n", added.error().text());
    return 5;
  }
  const auto destination = tunnel::parse_destination(options.address, options.pod_uid);
  if (!destination.ok()) {
    fmt::print(stderr, "{}\n", destination.error().text());
    return 64;
  }
  CurlConnector connector;
  connector.open = [&] { return tunnels.find(options.node)->open(*destination); };
  CURL* handle = make_handle(options, connector);
  MonotonicClock clock;
  const Instant start = clock.now();
  int good = 0;
  for (int i = 0; i < options.count; ++i) {
    clock.wait_until(start + i * std::chrono::milliseconds(options.period_ms), Interrupt::never());
    good += ask(handle, connector) ? 1 : 0;
  }
  curl_easy_cleanup(handle);
  const auto round_trip = tunnels.find(options.node)->round_trip();
  fmt::print("good {} of {}, channel round trip {:.3f}ms\n", good, options.count,
             round_trip ? static_cast<double>(round_trip->count()) / 1e6 : -1.0);
  return good == options.count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("HTTP(S) requests through a tunnel into a node");
  app.add_option("--node", options.node, "container of the node; hadrill-agent has to be installed in it")->required();
  app.add_option("--address", options.address, "IPv4 and port as seen from there")->required();
  app.add_option("--pod", options.pod_uid, "UID of a pod on the node: start from inside it");
  app.add_option("--cacert", options.ca);
  app.add_option("--cert", options.certificate);
  app.add_option("--key", options.key);
  app.add_option("--count", options.count)->check(CLI::Range(1, 100'000));
  app.add_option("--period", options.period_ms, "milliseconds from one request to the next")
      ->check(CLI::Range(1, 60'000));
  app.add_flag("--keep", options.keep, "keep connections open between requests");
  app.add_option("url", options.url)->required();
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
