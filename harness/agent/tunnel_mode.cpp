#include "agent/tunnel_mode.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "agent/far_side.hpp"

namespace hadrill::agent {
namespace {

/// One descriptor per stream and a few of our own, whatever soft limit we were started with.
void allow_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, 2 * kMostStreams));
  setrlimit(RLIMIT_NOFILE, &limit);
}

const char* words(FarSide::End end) {
  switch (end) {
    case FarSide::End::input_ended:
      return "the input ended";
    case FarSide::End::output_gone:
      return "nobody reads the output";
    case FarSide::End::violation:
      return "the input is not what the tunnel protocol allows";
    case FarSide::End::other_protocol:
      return "the other end speaks another version of the tunnel protocol";
    case FarSide::End::not_a_pipe:
      return "standard input and output have to be pipes or sockets";
  }
  return "";
}

}  // namespace

int run_tunnel() {
  std::signal(SIGPIPE, SIG_IGN);
  allow_descriptors();
  NetworkDialler dialler;
  const FarSide::End end = FarSide(STDIN_FILENO, STDOUT_FILENO, dialler).serve();
  if (end == FarSide::End::input_ended) return 0;
  std::fprintf(stderr, "hadrill-agent tunnel: %s\n", words(end));
  return 1;
}

}  // namespace hadrill::agent
