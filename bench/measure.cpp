// Runs a command and appends to a file, as one line of JSON, what it cost: wall time, CPU time and peak memory as the
// kernel counted them for that process when it was reaped.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/clock.hpp"
#include "base/duration.hpp"

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void become(char** command) {
  // What it prints is of no interest here, and a terminal would cost it time.
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  execvp(command[0], command);
  std::perror(command[0]);
  _exit(127);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: measure FILE COMMAND [ARGUMENT...]\n";
    return 64;
  }
  const hadrill::MonotonicClock clock;
  const hadrill::Instant start = clock.now();
  const pid_t child = fork();
  if (child < 0) {
    std::perror("fork");
    return 5;
  }
  if (child == 0) become(arguments + 2);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) {
    std::perror("wait4");
    return 5;
  }
  const double wall = hadrill::seconds_of(clock.now() - start);
  const long most_kib = usage.ru_maxrss;  // NOLINT(cppcoreguidelines-pro-type-union-access): glibc's way to pad it
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::ofstream(arguments[1], std::ios::app)
      << fmt::format(R"({{"wallS":{:.3f},"userS":{:.3f},"systemS":{:.3f},"maxRssKib":{},"exit":{}}})", wall,
                     seconds(usage.ru_utime), seconds(usage.ru_stime), most_kib, code)
      << '\n';
  return code;
}
