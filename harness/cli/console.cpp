#include "cli/console.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "live/terminal.hpp"

namespace hadrill::cli {

void TerminalConsole::print(const std::string& text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

std::optional<std::string> TerminalConsole::ask(const std::string& prompt) {
  print(prompt);
  for (;;) {
    if (const std::size_t end = typed_.find('\n'); end != std::string::npos) {
      std::string line = typed_.substr(0, end);
      typed_.erase(0, end + 1);
      return line;
    }
    std::array<pollfd, 2> entries{pollfd{interrupt_.descriptor(), POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
    const int ready = poll(entries.data(), entries.size(), -1);
    // A stop and a continuation end the wait, too.
    if (ready < 0 && errno == EINTR && !interrupt_.raised()) continue;
    std::array<char, 512> bytes{};
    const ssize_t size = interrupt_.raised() ? 0 : ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR && !interrupt_.raised()) continue;
    if (size <= 0) {
      print("\n");
      return std::nullopt;
    }
    typed_.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

std::size_t TerminalConsole::columns() const { return live::terminal_size().columns; }

}  // namespace hadrill::cli
