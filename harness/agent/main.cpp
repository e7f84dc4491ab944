// hadrill-agent: runs inside a node and does what it is told on its standard input until that closes. Opens no network
// port. Without an argument it answers requests, one line each; `hadrill-agent tunnel` carries TCP connections.
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "agent/requests.hpp"
#include "agent/tunnel_mode.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "tunnel") return hadrill::agent::run_tunnel();
  if (argc > 1) {
    std::fputs("usage: hadrill-agent [tunnel]\n", stderr);
    return 64;
  }
  for (std::string line; std::getline(std::cin, line);) std::cout << hadrill::agent::answer(line) << std::endl;
  return 0;
}
