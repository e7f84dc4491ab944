#include "live/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace hadrill::live {
namespace {

using namespace std::chrono_literals;

/// The other screen, no cursor, no wrapping at the right edge, pastes marked.
constexpr std::string_view kTake = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J";
constexpr std::string_view kGiveBack = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";
/// What ends a program without asking it.
constexpr std::array kDeadly{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGHUP};

// Read by signal handlers: plain data, set before they are.
termios original;                     // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
termios ours;                         // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> held{false};        // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> leaving{false};     ///< from giving it back until we are stopped or dead: nobody takes it again
std::atomic<std::uint64_t> taken{0};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::array<struct sigaction, kDeadly.size()>
    deadly_before;             // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
struct sigaction stop_before;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool in_foreground() { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

/// From here to on_stop: only what POSIX allows in a signal handler.
void take() {
  tcsetattr(STDIN_FILENO, TCSANOW, &ours);
  write_all(kTake);
  held = true;
  taken.fetch_add(1);
}

void give_back() {
  if (!held.exchange(false)) return;
  write_all(kGiveBack);
  tcsetattr(STDIN_FILENO, TCSANOW, &original);
}

extern "C" void on_death(int signal) {
  leaving = true;
  give_back();
  // The handler is gone after the first time: this ends us as if there had been none.
  raise(signal);
}

extern "C" void on_stop(int /*signal*/) {
  const int saved = errno;
  leaving = true;
  give_back();
  raise(SIGSTOP);
  // Here again after SIGCONT. In the background nothing is taken: visible() does it later, and not before we are done.
  if (in_foreground()) take();
  leaving = false;
  errno = saved;
}

void handle(int signal, void (*handler)(int), int flags, struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = handler;  // NOLINT(cppcoreguidelines-pro-type-union-access): POSIX names it through a union
  action.sa_flags = flags;
  sigaction(signal, &action, before);
}

}  // namespace

Surroundings surroundings(bool terminal, const char* term, const char* no_color) {
  Surroundings out;
  out.terminal = terminal;
  out.screen = terminal && term != nullptr && *term != '\0' && std::strcmp(term, "dumb") != 0;
  // https://no-color.org: set and not empty.
  out.colour = out.screen && (no_color == nullptr || *no_color == '\0');
  return out;
}

Surroundings Surroundings::here() {
  const bool terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && in_foreground();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
  return surroundings(terminal, std::getenv("TERM"), std::getenv("NO_COLOR"));
}

bool colour_on_output() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
  return surroundings(isatty(STDOUT_FILENO) == 1, std::getenv("TERM"), std::getenv("NO_COLOR")).colour;
}

Terminal::Terminal() {
  assert(!held);
  tcgetattr(STDIN_FILENO, &original);
  ours = original;
  // Keys at once and unseen; Ctrl-S must not stop the drawing, signals stay.
  ours.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ours.c_iflag &= ~static_cast<tcflag_t>(IXON);
  ours.c_cc[VMIN] = 0;
  ours.c_cc[VTIME] = 0;
  for (std::size_t i = 0; i < kDeadly.size(); ++i)
    handle(kDeadly[i], on_death, static_cast<int>(SA_RESETHAND), &deadly_before[i]);
  handle(SIGTSTP, on_stop, SA_RESTART, &stop_before);
  if (in_foreground()) take();
}

Terminal::~Terminal() {
  give_back();
  for (std::size_t i = 0; i < kDeadly.size(); ++i) sigaction(kDeadly[i], &deadly_before[i], nullptr);
  sigaction(SIGTSTP, &stop_before, nullptr);
}

Size terminal_size() {
  winsize window{};
  Size size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col != 0) size.columns = window.ws_col;
  if (window.ws_row != 0) size.rows = window.ws_row;
  return size;
}

bool Terminal::visible() {
  if (held) return in_foreground();
  if (leaving || !in_foreground()) return false;
  take();
  return true;
}

std::uint64_t Terminal::taken() const { return live::taken.load(); }

std::string Terminal::read(Duration longest, const Interrupt& wake) {
  // A read in the background would stop us.
  const bool keys = held && in_foreground();
  std::array<pollfd, 2> entries{pollfd{wake.descriptor(), POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
  const auto milliseconds = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count());
  if (poll(entries.data(), keys ? 2 : 1, milliseconds) <= 0 || !keys || entries[1].revents == 0) return {};
  std::array<char, 256> bytes{};
  const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (size > 0) return {bytes.data(), static_cast<std::size_t>(size)};
  // The terminal is gone: do not ask it all the time.
  wake.wait_for(longest);
  return {};
}

bool Terminal::write(std::string_view bytes) {
  constexpr std::size_t kPiece = 512;
  constexpr int kPatienceMs = 100;
  while (!bytes.empty()) {
    if (!held) return false;
    pollfd entry{STDOUT_FILENO, POLLOUT, 0};
    if (poll(&entry, 1, kPatienceMs) <= 0 || (entry.revents & POLLOUT) == 0) return false;
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), std::min(bytes.size(), kPiece));
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace hadrill::live
