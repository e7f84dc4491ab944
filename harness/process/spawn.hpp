// Owns how a child is started, for a Runner and for a Channel: looked up on PATH, in a process group of its own, with
// our environment and what is added to it. Private to this folder, because it shows Boost.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/optional.hpp>  // v2.hpp of 1.81 uses these two without including them
#include <boost/type_traits.hpp>
// clang-format off: after the two above
#include <boost/process/v2.hpp>
// clang-format on
#include <optional>

#include "process/runner.hpp"

namespace hadrill {

/// Our ends of a child's standard streams.
struct ChildPipes {
  boost::asio::writable_pipe input;
  boost::asio::readable_pipe output;
  boost::asio::readable_pipe error;

  explicit ChildPipes(boost::asio::io_context& context) : input(context), output(context), error(context) {}
};

/// Starts `command` into `child`. Nobody may be running `context` meanwhile: it is told of the fork. SIGPIPE is ignored
/// from here on, because a program may end before it read its input. Error: infrastructure, in words.
Status spawn(boost::asio::io_context& context, const Command& command, ChildPipes& pipes,
             std::optional<boost::process::v2::process>& child);

/// What a wait status says, as a shell does: the exit code, or 128 and the number of the signal.
int shell_exit_code(int wait_status);

}  // namespace hadrill
