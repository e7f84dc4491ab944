// hadrill-agent: runs inside a node and does what it is told on its standard input until that closes. Opens no network
// port. Without an argument it answers requests, one line each; `tunnel` carries TCP connections; `lives` tells which
// pods run; `heal` undoes what the journal says and ends; `worker` is how it runs parts of itself.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "agent/boot.hpp"
#include "agent/lives.hpp"
#include "agent/session.hpp"
#include "agent/tunnel_mode.hpp"
#include "agent/worker.hpp"

namespace {

using namespace hadrill::agent;

int heal_from_journal() {
  int code = 0;
  for (const FaultBook::Outcome& outcome : FaultBook(Journal::of_this_node()).heal_all(true)) {
    std::printf("%s: %s\n", outcome.id.c_str(), outcome.trouble.empty() ? "healed" : outcome.trouble.c_str());
    if (!outcome.trouble.empty()) code = 1;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (argc == 1) {
    // Only where it was put into a node: whoever tries it elsewhere does not want units.
    std::error_code failed;
    if (std::filesystem::read_symlink("/proc/self/exe", failed) == kInstalledAgent) arrange_heal_at_boot();
    return Session(STDIN_FILENO, STDOUT_FILENO, FaultBook(Journal::of_this_node())).serve();
  }
  if (argc == 2 && mode == "tunnel") return run_tunnel();
  if (argc == 2 && mode == "lives") return run_lives();
  if (argc == 2 && mode == "heal") return heal_from_journal();
  if (argc == 5 && mode == "worker") return run_worker(argv[3], argv[4]);
  std::fputs("usage: hadrill-agent [tunnel | lives | heal]\n", stderr);
  return 64;
}
