#include "bounds/lb_config.hpp"

#include <catch2/catch.hpp>

using namespace hadrill;
using namespace hadrill::bounds;

namespace {

using Values = std::map<std::string, std::string>;

/// As the stand-in for kind's load balancer writes it.
const std::string kHaproxy = R"(global
  maxconn 4000
resolvers docker
  nameserver dns 127.0.0.11:53
defaults
  mode tcp
  retries 0   # Envoy tries once
  timeout connect 250ms
  timeout client 1h
  timeout check 3s
frontend api
  bind *:6443
  default_backend apiservers
backend apiservers
  balance roundrobin
  option httpchk GET /healthz
  default-server inter 2s fall 2 rise 1 check check-ssl verify none
  server cp1 cp1:6443
  server cp2 cp2:6443
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string kNginx = R"(worker_processes auto;
events { worker_connections 1024; }
stream {
  # the API
  proxy_connect_timeout 3s;
  upstream api { server cp1:6443 max_fails=1 fail_timeout=10s; server "cp2:6443"; }
  server { listen 6443; proxy_pass api; proxy_connect_timeout 1s; }
}
)";

const std::string kEnvoy = R"(resources:
- "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
  name: kube_apiservers
  connect_timeout: 0.25s
  health_checks:
  - timeout: 3s
    interval: 2s
    unhealthy_threshold: 2
    healthy_threshold: 1
    http_health_check: {path: /healthz}
)";

}  // namespace

TEST_CASE("haproxy: what defaults, default-server and servers say") {
  const auto flags = read_haproxy_config(kHaproxy, "haproxy.cfg");
  REQUIRE(flags.ok());
  CHECK(flags->values == Values{{"program", "haproxy"},
                                {"interval", "2s"},
                                {"fast-interval", "2s"},
                                {"fall", "2"},
                                {"check-timeout", "3s"},
                                {"connect-timeout", "250ms"},
                                {"retries", "0"},
                                {"path", "/healthz"}});
}

TEST_CASE("haproxy: without timeout check a check may take inter, and fastinter counts") {
  const auto flags = read_haproxy_config(
      "defaults\n timeout connect 1s\nlisten api\n bind :6443\n server a a:1 check inter 1500 fastinter 500ms\n", "x");
  REQUIRE(flags.ok());
  CHECK(flags->values == Values{{"program", "haproxy"},
                                {"interval", "1s500ms"},
                                {"fast-interval", "500ms"},
                                {"check-timeout", "1s500ms"},
                                {"connect-timeout", "1s"}});
}

TEST_CASE("haproxy: what leaves the bound unknown is an error with its reason") {
  const auto reason = [](const std::string& text) {
    const auto flags = read_haproxy_config(text, "x");
    INFO(text);
    REQUIRE_FALSE(flags.ok());
    return flags.error().message;
  };
  CHECK(reason("") == "has no servers");
  CHECK(reason("frontend a\n server a a:1 check\n") == "has no servers");
  CHECK(reason(with(kHaproxy, "rise 1 check check-ssl", "rise 1")) ==
        "server cp1 has no check: a dead one is never left out");
  CHECK(reason(with(kHaproxy, "server cp2 cp2:6443", "server cp2 cp2:6443 inter 9s")) ==
        "server cp2 is checked in another way than the first");
  CHECK(reason(kHaproxy + "backend other\n server x x:1 check\n").find("several sections") != std::string::npos);
  CHECK(reason(with(kHaproxy, "maxconn 4000", "spread-checks 5")).find("spread-checks") == 0);
  CHECK(reason(with(kHaproxy, "inter 2s", "inter soon")) == "a time of a check is not understood");
}

TEST_CASE("nginx: the server's own settings win over those of the stream") {
  const auto flags = read_nginx_config(kNginx, "nginx.conf");
  REQUIRE(flags.ok());
  CHECK(flags->values == Values{{"program", "nginx"},
                                {"connect-timeout", "1s"},
                                {"next-upstream", "on"},
                                {"max-fails", "1"},
                                {"fail-timeout", "10s"},
                                {"processes", "auto"}});
  CHECK(read_nginx_config(with(kNginx, " proxy_connect_timeout 1s;", ""), "x")->values.at("connect-timeout") == "3s");
  CHECK(read_nginx_config(with(kNginx, "proxy_pass api;", "proxy_pass api; proxy_next_upstream off;"), "x")
            ->values.at("next-upstream") == "off");
}

TEST_CASE("nginx: when a server is left alone, for how long, and who counts") {
  const auto values = [](const std::string& servers, const std::string& before = "") {
    const auto flags =
        read_nginx_config(before + "stream { upstream w { " + servers + " } server { listen 1; proxy_pass w; } }", "x");
    REQUIRE(flags.ok());
    return flags->values;
  };
  const Values told =
      values("server a:1 max_fails=2 fail_timeout=1m; server b:1 fail_timeout=1m max_fails=2;", "worker_processes 4;");
  CHECK(told.at("max-fails") == "2");
  CHECK(told.at("fail-timeout") == "1m");
  CHECK(told.at("processes") == "4");
  CHECK(values("zone w 64k; server a:1;", "worker_processes auto;").at("processes") == "1");
  CHECK(values("server a:1;", "worker_processes auto;").at("processes") == "auto");
  CHECK(values("server a:1; server b:1 max_fails=3;").at("max-fails") == "different from server to server");
  CHECK(values("server a:1 fail_timeout=soon;").at("fail-timeout") == "soon");
}

TEST_CASE("nginx: what cannot be told is an error") {
  for (const std::string& bad :
       {std::string(), std::string("stream {"), std::string("stream { server { proxy_pass 'open; } }"),
        std::string("http { server { } }"), std::string("}"), std::string(";"), std::string("stream { a; } }"),
        with(kNginx, "upstream api", "upstream other"), with(kNginx, "# the API", "include /etc/nginx/streams/*;"),
        with(kNginx, "proxy_connect_timeout 1s", "proxy_connect_timeout soon"),
        with(kNginx, "}\n}", "} server { listen 1; proxy_pass api; proxy_connect_timeout 9s; }\n}"),
        std::string(100, '{'), "stream " + std::string(40, '{')}) {
    INFO(bad);
    CHECK_FALSE(read_nginx_config(bad, "x").ok());
  }
}

TEST_CASE("Envoy: the health check of kind's clusters") {
  const auto flags = read_envoy_config(kEnvoy, "cds.yaml");
  REQUIRE(flags.ok());
  CHECK(flags->values == Values{{"program", "envoy"},
                                {"interval", "2s"},
                                {"fast-interval", "2s"},
                                {"fall", "2"},
                                {"check-timeout", "3s"},
                                {"connect-timeout", "0.25s"},
                                {"retries", "0"},
                                {"path", "/healthz"}});
  for (const std::string& bad :
       {std::string(), std::string("resources: []"), std::string("resources: 7"), std::string("resources: [{name: a}]"),
        with(kEnvoy, "    interval: 2s\n", ""), with(kEnvoy, "{path: /healthz}", "7"), std::string("a: [")}) {
    INFO(bad);
    CHECK_FALSE(read_envoy_config(bad, "x").ok());
  }
}
