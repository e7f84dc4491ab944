// The process door without processes: answers by the words a command holds, remembers what was asked.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "process/runner.hpp"

namespace hadrill::test {

class FakeRunner final : public Runner {
 public:
  using Answer = std::function<Result<Completed>(const Command&)>;

  /// The first rule whose words occur in the command line answers; without one the command fails with 127.
  void on(std::string words, Answer answer) { rules_.emplace_back(std::move(words), std::move(answer)); }
  void on(std::string words, std::string out, int exit_code = 0, std::string err = {}) {
    on(std::move(words), [=](const Command&) { return Result<Completed>(Completed{exit_code, out, err, {}}); });
  }
  /// Later rules win over earlier ones from here on.
  void forget() { rules_.clear(); }

  Result<Completed> run(const Command& command, const Interrupt& interrupt) override {
    const std::string line = command_line(command);
    asked.push_back(line);
    if (interrupt.raised()) return interrupted_error("");
    for (const auto& [words, answer] : rules_) {
      if (line.find(words) != std::string::npos) return answer(command);
    }
    return Completed{127, "", "no rule for: " + line, {}};
  }

  /// Whether a command with these words was run.
  bool ran(const std::string& words) const {
    for (const std::string& line : asked) {
      if (line.find(words) != std::string::npos) return true;
    }
    return false;
  }

  std::vector<std::string> asked;

 private:
  std::deque<std::pair<std::string, Answer>> rules_;
};

}  // namespace hadrill::test
