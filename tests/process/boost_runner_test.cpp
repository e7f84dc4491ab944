#include "process/boost_runner.hpp"

#include <catch2/catch.hpp>
#include <csignal>

#include "children.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace std::chrono_literals;

namespace {

Command shell(const std::string& script, Duration timeout = 10s) { return {{"sh", "-c", script}, timeout}; }

}  // namespace

TEST_CASE("a program's output, error output and exit code come back") {
  BoostRunner runner;
  Command command = shell("cat; echo oops >&2; exit 3");
  command.input = "in";
  const auto completed = runner.run(command, Interrupt::never());
  REQUIRE(completed.ok());
  CHECK(completed->exit_code == 3);
  CHECK(completed->out == "in");
  CHECK(completed->err == "oops\n");
}

TEST_CASE("the environment is ours plus what is added") {
  BoostRunner runner;
  Command command = shell("printf '%s %s' \"$ADDED\" \"${PATH:+path}\"");
  command.environment["ADDED"] = "yes";
  CHECK(runner.run(command, Interrupt::never())->out == "yes path");
}

TEST_CASE("error lines are told one by one") {
  BoostRunner runner;
  Command command = shell("printf 'a\\nb' >&2; printf 'c\\n' >&2");
  std::vector<std::string> lines;
  command.on_error_line = [&](const std::string& line) { lines.push_back(line); };
  REQUIRE(runner.run(command, Interrupt::never()).ok());
  CHECK(lines == std::vector<std::string>{"a", "bc"});
}

TEST_CASE("a program that ends by a signal says which") {
  BoostRunner runner;
  CHECK(runner.run(shell("kill -KILL $$"), Interrupt::never())->exit_code == 128 + SIGKILL);
}

TEST_CASE("a program that does not read a large input is not waited for") {
  BoostRunner runner;
  Command command = shell("exit 0");
  command.input.assign(4UL * 1024 * 1024, 'x');
  CHECK(runner.run(command, Interrupt::never())->exit_code == 0);
}

TEST_CASE("a missing program is an error in words") {
  BoostRunner runner;
  const auto missing = runner.run({{"no-such-program-here"}, 1s}, Interrupt::never());
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().message == "no program \"no-such-program-here\" on PATH");
  CHECK_FALSE(runner.run({{"/no/such/program"}, 1s}, Interrupt::never()).ok());
}

TEST_CASE("the deadline ends the whole process group") {
  BoostRunner runner;
  const auto late = runner.run(shell("sleep 60 & echo $!; wait", 200ms), Interrupt::never());
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().kind == ErrorKind::infrastructure);
  REQUIRE_FALSE(late.error().detail.empty());
  CHECK(ends(late.error().detail, 5s));
}

TEST_CASE("an interrupt ends it at once") {
  BoostRunner runner;
  Interrupt interrupt;
  interrupt.raise();
  const auto stopped = runner.run(shell("sleep 60"), interrupt);
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().kind == ErrorKind::interrupted);
}

TEST_CASE("a grandchild that keeps the pipes open does not hold us") {
  BoostRunner runner;
  const auto completed = runner.run(shell("sleep 60 & echo started"), Interrupt::never());
  REQUIRE(completed.ok());
  CHECK(completed->out == "started\n");
  CHECK(completed->elapsed < 30s);
}
