// A process to be broken: it does nothing, under a program name of its own, and is ended with its owner.
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <string>

namespace hadrill::test {

/// What an idle child makes of SIGTERM.
enum class OnTerm {
  ends,
  deaf,  ///< does not end
  slow,  ///< ends 300 ms later
};

/// A child that does nothing, under a program name of its own, ended with its owner.
class IdleChild {
 public:
  /// Not `awaited`: it may be killed before it has begun.
  explicit IdleChild(const char* name, OnTerm on_term = OnTerm::ends, bool awaited = true) {
    std::array<int, 2> ready{};
    std::array<int, 2> silent{};
    REQUIRE(pipe(ready.data()) == 0);
    REQUIRE(pipe(silent.data()) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ready[1], 3);
      dup2(silent[0], 4);  // its other end stays open in the child itself
      // A shell that says when it runs, then waits on a pipe nobody writes to.
      const char* trap = on_term == OnTerm::deaf   ? "trap '' TERM; "
                         : on_term == OnTerm::slow ? "trap 'sleep 0.3; exit 0' TERM; "
                                                   : "";
      const std::string script = std::string(trap) + "echo x >&3; exec 3>&-; while :; do read -r line; done <&4";
      execl("/bin/sh", name, "-c", script.c_str(), nullptr);
      _exit(127);
    }
    close(ready[1]);
    close(silent[0]);
    close(silent[1]);
    char byte = 0;
    if (awaited) REQUIRE(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
  }
  ~IdleChild() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  IdleChild(const IdleChild&) = delete;
  IdleChild& operator=(const IdleChild&) = delete;
  pid_t pid() const { return pid_; }
  /// SIGSTOP, and waits until it stands still.
  void stop() const {
    kill(pid_, SIGSTOP);
    REQUIRE(waitpid(pid_, nullptr, WUNTRACED) == pid_);
  }

 private:
  pid_t pid_ = 0;
};

}  // namespace hadrill::test
