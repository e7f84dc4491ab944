// Owns the command line: which commands there are and which exit code each end has.
#pragma once

#include "base/result.hpp"

namespace hadrill::cli {

/// Exit codes (docs/architecture.md, "Exit codes").
namespace exit_code {
inline constexpr int pass = 0;
inline constexpr int missed = 1;
inline constexpr int inconclusive = 2;
inline constexpr int aborted = 3;
inline constexpr int cleanup_incomplete = 4;
inline constexpr int infrastructure = 5;
inline constexpr int usage = 64;
inline constexpr int interrupted = 130;
}  // namespace exit_code

/// The exit code for an error of this kind.
int exit_code_of(ErrorKind kind);

/// Parses the arguments, runs the command, prints errors; returns the exit code. Throws nothing.
int run(int argc, char** argv);

}  // namespace hadrill::cli
