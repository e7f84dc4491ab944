#include "process/boost_runner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <csignal>

#include "base/duration.hpp"
#include "process/spawn.hpp"

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

/// One run: the io_context and everything that waits on it.
class Run {
 public:
  Run(const Command& command, const Interrupt& interrupt) : command_(command), interrupt_(interrupt) {}

  Result<Completed> operator()() {
    const auto started = std::chrono::steady_clock::now();
    const Status spawned = spawn(context_, command_, pipes_, child_);
    if (!spawned.ok()) return spawned.error();
    group_ = child_->id();
    start_waiting();
    context_.run();
    completed_.elapsed = std::chrono::steady_clock::now() - started;
    return result();
  }

 private:
  enum class Stop { none, timeout, interrupt, output };

  void start_waiting() {
    asio::async_write(pipes_.input, asio::buffer(command_.input), [this](error_code, std::size_t) {
      error_code ignored;
      pipes_.input.close(ignored);
    });
    read(pipes_.output, output_buffer_, completed_.out, false);
    read(pipes_.error, error_buffer_, completed_.err, true);
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
    completed_.exit_code = shell_exit_code(status);
    deadline_.cancel();
    error_code ignored;
    interrupted_.close(ignored);
    if (stop_ != Stop::none) kill(-group_, SIGKILL);
    if (open_pipes_ == 0) return;
    deadline_.expires_after(kPipeGrace);
    deadline_.async_wait([this](error_code failed) {
      if (failed) return;
      error_code closed;
      pipes_.output.close(closed);
      pipes_.error.close(closed);
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
  ChildPipes pipes_{context_};
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

Result<Completed> BoostRunner::run(const Command& command, const Interrupt& interrupt) {
  return Run(command, interrupt)();
}

}  // namespace hadrill
