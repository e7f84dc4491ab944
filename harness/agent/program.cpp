#include "agent/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

constexpr std::size_t kLongestOutput = 1 << 20;

[[noreturn]] void become_program(std::vector<char*> words, int input, int output) {
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(words[0], words.data());
  _exit(127);
}

/// Reads until the program closes its output; false when `deadline_ns` comes first.
bool read_all(int output, std::int64_t deadline_ns, std::string& into) {
  std::array<char, 4096> piece{};
  for (;;) {
    const std::int64_t left = (deadline_ns - monotonic_ns()) / 1'000'000;
    pollfd readable{output, POLLIN, 0};
    if (left <= 0 || poll(&readable, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000))) == 0) {
      if (monotonic_ns() >= deadline_ns) return false;
      continue;
    }
    const ssize_t size = read(output, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return true;
    if (into.size() < kLongestOutput) into.append(piece.data(), static_cast<std::size_t>(size));
  }
}

/// A file in memory that holds `text`, at its beginning; -1 when there is none to be had.
int file_with(const std::string& text) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) return -1;
  if (write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    close(file);
    return -1;
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

}  // namespace

Result<Ended> run_program(const std::vector<std::string>& argv, std::chrono::milliseconds longest,
                          const std::string& input) {
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int in = file_with(input);
  std::array<int, 2> out{};
  if (in < 0 || pipe2(out.data(), O_CLOEXEC) != 0) return system_trouble("cannot start " + argv[0]);
  const pid_t child = fork();
  if (child == 0) become_program(pointers, in, out[1]);
  close(in);
  close(out[1]);
  if (child < 0) {
    close(out[0]);
    return system_trouble("fork");
  }
  Ended ended;
  const std::int64_t deadline = monotonic_ns() + std::chrono::nanoseconds(longest).count();
  const bool in_time = read_all(out[0], deadline, ended.output);
  close(out[0]);
  if (!in_time) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!in_time) return trouble(argv[0] + " did not end in time: " + ended.output);
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (ended.exit_code == 127) return trouble("no program " + argv[0] + " on this node");
  return ended;
}

Result<std::string> run_checked(const std::vector<std::string>& argv, std::chrono::milliseconds longest,
                                const std::string& input) {
  auto ended = run_program(argv, longest, input);
  if (!ended.ok()) return ended.error();
  if (ended->exit_code != 0) {
    std::string line;
    for (const std::string& word : argv) line += (line.empty() ? "" : " ") + word;
    return trouble(line + " ended with " + std::to_string(ended->exit_code) + ": " + ended->output);
  }
  return ended->output;
}

}  // namespace hadrill::agent
