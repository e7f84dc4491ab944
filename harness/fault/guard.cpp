#include "fault/guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// From its start until it watches: a few milliseconds, on a starved machine seconds.
constexpr int kStartTimeoutMs = 20'000;
constexpr auto kEndTimeout = 5s;
constexpr auto kEndLookInterval = 5ms;

/// What posix_spawn is told, released with its owner.
struct SpawnOptions {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};

  SpawnOptions(int input, int output, const std::filesystem::path& log) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    // It must not keep a folder busy that somebody wants to unmount.
    posix_spawn_file_actions_addchdir_np(&files, "/");
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  /// Both ends above the standard three, so that one is never dup2'ed onto itself.
  bool open() {
    int ends[2] = {-1, -1};  // NOLINT(modernize-avoid-c-arrays): pipe2 wants one
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read.reset(fcntl(ends[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    write.reset(fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    close(ends[0]);
    close(ends[1]);
    return read.open() && write.open();
  }
};

/// Whether `output` can be read before it ends or the time is over.
bool says_something(int output) {
  pollfd wanted{output, POLLIN, 0};
  int ready = -1;
  while ((ready = poll(&wanted, 1, kStartTimeoutMs)) < 0 && errno == EINTR) continue;
  char first = 0;
  return ready > 0 && read(output, &first, 1) == 1;
}

}  // namespace

bool Guard::runs() {
  if (pid_ == 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = 0;
  input_.reset();
  return false;
}

Status Guard::ensure() { return runs() ? Ok{} : start(); }

Status Guard::start() {
  std::signal(SIGPIPE, SIG_IGN);  // it may be gone when we say goodbye
  Pipe input;
  Pipe output;
  if (!input.open() || !output.open())
    return infrastructure_error("guard", std::string("no pipe: ") + std::strerror(errno));
  std::vector<char*> argv;
  for (std::string& word : command_) argv.push_back(word.data());
  argv.push_back(nullptr);
  const SpawnOptions options(input.read.get(), output.write.get(), log_);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, argv.at(0), &options.files, &options.attributes, argv.data(), environ);
  if (failed != 0) {
    return infrastructure_error("guard", fmt::format("{} cannot be started, with its log {}: {}", command_.at(0),
                                                     log_.string(), std::strerror(failed)));
  }
  pid_ = pid;
  input_ = std::move(input.write);
  output.write.reset();
  if (says_something(output.read.get())) return Ok{};
  // Whatever it is doing, it does not do its duty.
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
  input_.reset();
  return infrastructure_error("guard", fmt::format("it does not watch: see {}", log_.string()));
}

void Guard::end() {
  if (!runs()) return;
  const ProcessName us = ProcessName::self();
  bool ours_left = false;
  for (const HostEntry& entry : journal_.read()) ours_left = ours_left || entry.owner == us;
  if (!ours_left) {
    const std::string_view goodbye = kGoodbye;
    [[maybe_unused]] const auto written = write(input_.get(), goodbye.data(), goodbye.size());
  }
  input_.reset();
  MonotonicClock clock;
  const Instant give_up = clock.now() + kEndTimeout;
  while (!ours_left && runs() && clock.now() < give_up)
    clock.wait_until(clock.now() + kEndLookInterval, Interrupt::never());
  pid_ = 0;
}

}  // namespace hadrill
