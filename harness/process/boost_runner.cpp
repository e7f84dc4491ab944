#include "process/boost_runner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/optional.hpp>  // v2.hpp of 1.81 uses these two without including them
#include <boost/type_traits.hpp>
// clang-format off: after the two above
#include <boost/process/v2.hpp>
#include <boost/process/v2/impl/environment.ipp>  // left out by v2.hpp
// clang-format on
#include <csignal>
#include <unordered_map>

#include "base/duration.hpp"

namespace hadrill {
namespace {

namespace asio = boost::asio;
namespace bp = boost::process::v2;
using boost::system::error_code;
using namespace std::chrono_literals;

/// Time a process group gets between SIGTERM and SIGKILL.
constexpr auto kTerminationGrace = 5s;
/// Time the pipes may stay open after the program ended (a grandchild may hold them) before they are closed.
constexpr auto kPipeGrace = 2s;
constexpr std::size_t kOutputLimit = 64UL * 1024 * 1024;

/// In the child, before exec: a group of its own and ordinary signals.
struct OwnGroup {
  template <typename Launcher, typename Path>
  error_code on_exec_setup(Launcher& /*launcher*/, const Path& /*executable*/, const char* const*& /*arguments*/) {
    setpgid(0, 0);
    std::signal(SIGPIPE, SIG_DFL);
    return {};
  }
};

/// One run: the io_context and everything that waits on it.
class Run {
 public:
  Run(const Command& command, const Interrupt& interrupt) : command_(command), interrupt_(interrupt) {}

  Result<Completed> operator()() {
    const auto started = std::chrono::steady_clock::now();
    const auto executable = command_.argv.at(0).find('/') == std::string::npos
                                ? bp::environment::find_executable(command_.argv[0])
                                : bp::filesystem::path(command_.argv[0]);
    if (executable.empty()) return infrastructure_error("", fmt::format("no program \"{}\" on PATH", command_.argv[0]));
    try {
      const std::vector<std::string> arguments(command_.argv.begin() + 1, command_.argv.end());
      child_.emplace(context_, executable, arguments, bp::process_stdio{input_, output_, error_},
                     bp::process_environment(environment()), OwnGroup{});
    } catch (const std::exception& failure) {
      return infrastructure_error("", fmt::format("cannot start `{}`: {}", command_line(command_), failure.what()));
    }
    group_ = child_->id();
    start_waiting();
    context_.run();
    completed_.elapsed = std::chrono::steady_clock::now() - started;
    return result();
  }

 private:
  enum class Stop { none, timeout, interrupt, output };

  std::vector<std::string> environment() const {
    std::map<std::string, std::string> merged;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      const std::string text(*entry);
      const std::size_t equals = text.find('=');
      if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const auto& [name, value] : command_.environment) merged[name] = value;
    std::vector<std::string> entries;
    for (const auto& [name, value] : merged) entries.push_back(fmt::format("{}={}", name, value));
    return entries;
  }

  void start_waiting() {
    asio::async_write(input_, asio::buffer(command_.input), [this](error_code, std::size_t) {
      error_code ignored;
      input_.close(ignored);
    });
    read(output_, output_buffer_, completed_.out, false);
    read(error_, error_buffer_, completed_.err, true);
    deadline_.expires_after(command_.timeout);
    deadline_.async_wait([this](error_code failed) {
      if (!failed) stop(Stop::timeout);
    });
    if (interrupt_.raised()) stop(Stop::interrupt);
    interrupted_.assign(dup(interrupt_.descriptor()));
    interrupted_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code failed) {
      if (!failed) stop(Stop::interrupt);
    });
    child_->async_wait([this](error_code, int /*evaluated*/) { ended(child_->native_exit_code()); });
  }

  void read(asio::readable_pipe& pipe, std::array<char, 65536>& buffer, std::string& into, bool lines) {
    pipe.async_read_some(asio::buffer(buffer),
                         [this, &pipe, &buffer, &into, lines](error_code failed, std::size_t size) {
                           into.append(buffer.data(), size);
                           if (lines && command_.on_error_line) report_lines();
                           if (into.size() > kOutputLimit) return stop(Stop::output);
                           if (failed) return pipe_closed();
                           read(pipe, buffer, into, lines);
                         });
  }

  void report_lines() {
    for (std::size_t end = completed_.err.find('\n', reported_); end != std::string::npos;
         end = completed_.err.find('\n', reported_)) {
      command_.on_error_line(completed_.err.substr(reported_, end - reported_));
      reported_ = end + 1;
    }
  }

  void stop(Stop why) {
    if (stop_ != Stop::none) return;
    stop_ = why;
    kill(-group_, SIGTERM);
    deadline_.expires_after(kTerminationGrace);
    deadline_.async_wait([this](error_code failed) {
      if (!failed) kill(-group_, SIGKILL);
    });
  }

  void ended(int status) {
    exited_ = true;
    completed_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    deadline_.cancel();
    error_code ignored;
    interrupted_.close(ignored);
    if (stop_ != Stop::none) kill(-group_, SIGKILL);
    if (open_pipes_ == 0) return;
    deadline_.expires_after(kPipeGrace);
    deadline_.async_wait([this](error_code failed) {
      if (failed) return;
      error_code closed;
      output_.close(closed);
      error_.close(closed);
    });
  }

  void pipe_closed() {
    if (--open_pipes_ == 0 && exited_) deadline_.cancel();
  }

  Result<Completed> result() {
    const std::string said = last_lines(completed_.err.empty() ? completed_.out : completed_.err, 15);
    switch (stop_) {
      case Stop::none:
        return std::move(completed_);
      case Stop::timeout:
        return infrastructure_error(
            "", fmt::format("`{}` did not end within {}", command_line(command_), format_duration(command_.timeout)),
            said);
      case Stop::interrupt:
        return Error{ErrorKind::interrupted, "", fmt::format("`{}` was interrupted", command_.argv[0]), {}};
      case Stop::output:
        return infrastructure_error("", fmt::format("`{}` printed more than 64 MiB", command_line(command_)), said);
    }
    return infrastructure_error("", "unknown end of a program");
  }

  const Command& command_;
  const Interrupt& interrupt_;
  asio::io_context context_;
  asio::writable_pipe input_{context_};
  asio::readable_pipe output_{context_};
  asio::readable_pipe error_{context_};
  asio::steady_timer deadline_{context_};
  asio::posix::stream_descriptor interrupted_{context_};
  std::optional<bp::process> child_;
  pid_t group_ = 0;
  std::array<char, 65536> output_buffer_{};
  std::array<char, 65536> error_buffer_{};
  std::size_t reported_ = 0;
  int open_pipes_ = 2;
  bool exited_ = false;
  Stop stop_ = Stop::none;
  Completed completed_;
};

}  // namespace

BoostRunner::BoostRunner() {
  // A program may end before it read its input.
  std::signal(SIGPIPE, SIG_IGN);
}

Result<Completed> BoostRunner::run(const Command& command, const Interrupt& interrupt) {
  return Run(command, interrupt)();
}

}  // namespace hadrill
