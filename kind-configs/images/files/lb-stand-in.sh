#!/usr/bin/env bash
# envoy -c FILE: stands in for Envoy in kind's load balancer container where no image registry is in reach.
# It is haproxy, configured from the cds.yaml and lds.yaml that kind writes beside FILE, with the times kind gives Envoy.
# Known differences from Envoy 1.36 as kind configures it: no panic mode (Envoy ignores health checks below 50 % healthy).
set -euo pipefail
dir=$(dirname "${2:?usage: envoy -c FILE}")
# Seconds between two looks at kind's files.
poll_s=0.5

render() {
  local port
  port=$(awk '/port_value:/{print $2; exit}' "$dir/lds.yaml")
  cat <<H
global
  log stdout format raw local0
  maxconn 4000
resolvers docker
  nameserver dns 127.0.0.11:53
  hold valid 2s
defaults
  mode tcp
  log global
  option tcplog
  option dontlognull
  # Envoy's TCP proxy tries an upstream once.
  retries 0
  timeout connect 250ms
  timeout client 1h
  timeout server 1h
  timeout check 3s
frontend api
  bind *:${port:-6443}
  default_backend apiservers
backend apiservers
  balance roundrobin
  option httpchk GET /healthz
  option log-health-checks
  default-server inter 2s fall 2 rise 1 check check-ssl verify none resolvers docker resolve-prefer ipv4 init-addr none
H
  awk '/address:/ && NF == 2 && $2 != "" {host = $2} /port_value:/ {print "  server " host " " host ":" $2}' "$dir/cds.yaml"
}

digest() { cat "$dir/cds.yaml" "$dir/lds.yaml" | cksum; }

echo "load balancer stand-in: haproxy in place of envoy, configured from $dir"
seen=$(digest)
render >/tmp/haproxy.cfg
haproxy -W -db -f /tmp/haproxy.cfg &
haproxy=$!
trap 'kill -TERM "$haproxy"; wait "$haproxy"; exit 0' TERM INT
while kill -0 "$haproxy" 2>/dev/null; do
  sleep "$poll_s"
  now=$(digest)
  if [ "$now" != "$seen" ]; then
    seen=$now
    render >/tmp/haproxy.cfg
    kill -USR2 "$haproxy"
  fi
done
wait "$haproxy"
