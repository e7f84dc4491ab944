// Owns a terminal while something else than lines is shown on it, and that it is itself again afterwards, whatever ends
// the program. Escape sequences and termios rather than curses: what restores the terminal has to be allowed in a
// signal handler, and a terminal that no database knows is none the worse for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "live/style.hpp"

namespace hadrill::live {

/// What can be done where the program runs.
struct Surroundings {
  bool terminal = false;  ///< somebody sits at standard input and output, and we are in the foreground
  bool screen = false;    ///< and whole screens can be drawn on it (TERM is not dumb)
  bool colour = false;    ///< and nobody said NO_COLOR

  static Surroundings here();
};

/// The same from what was found.
Surroundings surroundings(bool terminal, const char* term, const char* no_color);

/// Whether what is printed to standard output may be in colour.
bool colour_on_output();

/// Of the terminal at standard output; 80 columns, 24 rows where it does not say.
Size terminal_size();

/// The whole terminal, while it lives. One at a time per process. Ctrl-C, Ctrl-Z and Ctrl-\ go on meaning what they
/// mean: the terminal is given back before a stop, and taken again after it when we are in the foreground.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Whether what is written is seen: not while we are stopped, or in the background. Takes the terminal when we are in
  /// the foreground again.
  bool visible();
  /// How often it was taken: whatever was drawn before is gone.
  std::uint64_t taken() const;
  /// What was typed, within `longest`; earlier when `wake` is raised. "" for nothing.
  std::string read(Duration longest, const Interrupt& wake);
  /// A terminal that takes nothing for a while loses it: drawing never holds up anything else. False: lost.
  bool write(std::string_view bytes);
};

}  // namespace hadrill::live
