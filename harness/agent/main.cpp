// hadrill-agent: runs inside a node, answers requests on its standard input until it closes. Opens no network port.
#include <iostream>
#include <string>

#include "agent/requests.hpp"

int main() {
  for (std::string line; std::getline(std::cin, line);) std::cout << hadrill::agent::answer(line) << std::endl;
  return 0;
}
