#include "process/channel.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "process/spawn.hpp"

namespace hadrill {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kErrorTail = 16UL * 1024;

/// Takes a pipe out of asio's hands: its reactor would wake our helper thread at every byte that passes.
template <typename Pipe>
int taken_from(Pipe& pipe) {
  const int descriptor = pipe.release();
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  return descriptor;
}

}  // namespace

/// The process and the thread that waits for it and reads its standard error.
class Channel::Child {
 public:
  Status start(const Command& command) {
    Status spawned = spawn(context_, command, pipes_, process_);
    if (!spawned.ok()) return spawned;
    // Waited for and reaped here: Boost would reap the process before its group could be killed.
    group_ = process_->id();
    static_cast<void>(process_->detach());
    ended_.assign(static_cast<int>(syscall(SYS_pidfd_open, group_, 0)));
    ended_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code) { reap(); });
    input = taken_from(pipes_.input);
    output = taken_from(pipes_.output);
    read_errors();
    thread_ = std::jthread([this] { context_.run(); });
    return Ok{};
  }

  ~Child() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
    close_input();
    if (output >= 0) close(output);
  }

  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void close_input() {
    if (input >= 0) close(input);
    input = -1;
  }

  std::string error_tail() const {
    const std::scoped_lock lock(mutex_);
    return error_tail_;
  }

  std::optional<int> exit_code() const {
    const std::scoped_lock lock(mutex_);
    return exit_code_;
  }

  bool wait_for_end(Duration longest) const {
    std::unique_lock lock(mutex_);
    return reaped_.wait_for(lock, longest, [this] { return exit_code_.has_value(); });
  }

  /// Signals the group unless its leader is reaped: from then on the number may be somebody else's.
  void signal_group(int signal_number) {
    const std::scoped_lock lock(mutex_);
    if (!exit_code_) kill(-group_, signal_number);
  }

  int input = -1;
  int output = -1;

 private:
  void reap() {
    const std::scoped_lock lock(mutex_);
    kill(-group_, SIGKILL);  // what is left of the group; the leader is dead and still holds the number
    int status = 0;
    while (waitpid(group_, &status, 0) < 0 && errno == EINTR) {
    }
    exit_code_ = shell_exit_code(status);
    reaped_.notify_all();
  }

  void read_errors() {
    pipes_.error.async_read_some(asio::buffer(error_buffer_), [this](error_code failed, std::size_t size) {
      {
        const std::scoped_lock lock(mutex_);
        error_tail_.append(error_buffer_.data(), size);
        if (error_tail_.size() > kErrorTail) error_tail_.erase(0, error_tail_.size() - kErrorTail);
      }
      if (!failed) read_errors();
    });
  }

  asio::io_context context_;
  ChildPipes pipes_{context_};
  asio::posix::stream_descriptor ended_{context_};
  std::optional<boost::process::v2::process> process_;
  pid_t group_ = 0;
  std::array<char, 4096> error_buffer_{};
  mutable std::mutex mutex_;
  mutable std::condition_variable reaped_;
  std::string error_tail_;
  std::optional<int> exit_code_;
  std::jthread thread_;
};

Result<std::unique_ptr<Channel>> Channel::start(const Command& command) {
  auto child = std::make_unique<Child>();
  const Status started = child->start(command);
  if (!started.ok()) return started.error();
  return std::unique_ptr<Channel>(new Channel(std::move(child)));
}

Channel::Channel(std::unique_ptr<Child> child) : child_(std::move(child)) {}

Channel::~Channel() { end(kChannelGrace); }

int Channel::input() const { return child_->input; }

int Channel::output() const { return child_->output; }

void Channel::close_input() { child_->close_input(); }

std::string Channel::error_tail() const { return child_->error_tail(); }

std::optional<int> Channel::exit_code() const { return child_->exit_code(); }

bool Channel::wait_for_end(Duration longest) const { return child_->wait_for_end(longest); }

void Channel::end(Duration grace) {
  child_->close_input();
  if (child_->wait_for_end(grace)) return;
  child_->signal_group(SIGTERM);
  if (child_->wait_for_end(grace)) return;
  child_->signal_group(SIGKILL);
  // A killed process can only be kept by the kernel (a disk or a mount that hangs); waiting longer would not end it.
  constexpr auto kKilled = std::chrono::seconds(30);
  child_->wait_for_end(kKilled);
}

}  // namespace hadrill
