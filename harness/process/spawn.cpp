#include "process/spawn.hpp"

#include <fmt/format.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <boost/process/v2/impl/environment.ipp>  // left out by v2.hpp; not inline, so once in a program
#include <csignal>
#include <map>

namespace hadrill {
namespace {

namespace bp = boost::process::v2;

/// In the child, before exec: a group of its own, so that a terminal's Ctrl-C does not reach it, ordinary signals, and
/// none of our descriptors but the standard three. (Boost 1.81 means to close them and leaves most open: the child of
/// one Channel would hold the input of another open, and that one would never see its end.)
// Not inlined: together with Boost's code it makes g++ 12 warn of an overflow that is none.
[[gnu::noinline]] void prepare_child() {
  setpgid(0, 0);
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  std::signal(SIGPIPE, SIG_DFL);
}

struct OwnGroup {
  template <typename Launcher, typename Path>
  boost::system::error_code on_exec_setup(Launcher& /*launcher*/, const Path& /*executable*/,
                                          const char* const*& /*arguments*/) {
    prepare_child();
    return {};
  }
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : added) merged[name] = value;
  std::vector<std::string> entries;
  entries.reserve(merged.size());
  for (const auto& [name, value] : merged) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

}  // namespace

Status spawn(boost::asio::io_context& context, const Command& command, ChildPipes& pipes,
             std::optional<bp::process>& child) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::string& program = command.argv.at(0);
  const auto executable = program.find('/') == std::string::npos ? bp::environment::find_executable(program)
                                                                 : bp::filesystem::path(program);
  if (executable.empty()) return infrastructure_error("", fmt::format("no program \"{}\" on PATH", program));
  try {
    const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
    child.emplace(context, executable, arguments, bp::process_stdio{pipes.input, pipes.output, pipes.error},
                  bp::process_environment(environment_with(command.environment)), OwnGroup{});
  } catch (const std::exception& failure) {
    return infrastructure_error("", fmt::format("cannot start `{}`: {}", command_line(command), failure.what()));
  }
  return Ok{};
}

int shell_exit_code(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace hadrill
