// Owns questions to whoever sits at the terminal: lines out, a line in.
#pragma once

#include <optional>
#include <string>

#include "base/interrupt.hpp"

namespace hadrill::cli {

/// The door to somebody who answers: tests put answers here.
class Console {
 public:
  virtual ~Console() = default;
  virtual void print(const std::string& text) = 0;
  /// The line that was typed, without its end; nullopt: there will be none, because input has ended or somebody wants
  /// us to stop.
  virtual std::optional<std::string> ask(const std::string& prompt) = 0;
  /// Of the terminal.
  virtual std::size_t columns() const = 0;
};

/// Standard input and output. The terminal stays as it is: it edits the line.
class TerminalConsole final : public Console {
 public:
  explicit TerminalConsole(const Interrupt& interrupt) : interrupt_(interrupt) {}

  void print(const std::string& text) override;
  std::optional<std::string> ask(const std::string& prompt) override;
  std::size_t columns() const override;

 private:
  const Interrupt& interrupt_;
  std::string typed_;  ///< beyond the lines that were asked for
};

}  // namespace hadrill::cli
