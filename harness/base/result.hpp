// Owns how expected failures travel: as values. Exceptions stay at the parsing edge, broken invariants assert.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace hadrill {

/// What kind of trouble an Error is; decides the exit code (docs/architecture.md, "Exit codes").
enum class ErrorKind {
  usage,           ///< the caller asked for something impossible: bad scenario, bad flag, refused cluster
  infrastructure,  ///< engine, cluster or harness trouble
  interrupted,     ///< a signal asked us to stop
  cleanup,         ///< something we made or broke is still there
};

/// An expected failure: where it happened, in words a user can act on, and the evidence.
struct Error {
  ErrorKind kind = ErrorKind::infrastructure;
  std::string where;    ///< the step, e.g. "cluster create" or "scenarios/x.yaml:3:5"
  std::string message;  ///< what is wrong and what would be right
  std::string detail;   ///< command line and last output lines, may be empty

  /// One printable text: "where: message" and the detail on lines of its own.
  std::string text() const;
};

/// Makes an infrastructure error.
Error infrastructure_error(std::string where, std::string message, std::string detail = {});
/// Makes a usage error.
Error usage_error(std::string where, std::string message);
/// Makes the error of a step that was told to stop.
Error interrupted_error(std::string where);

/// A value or an Error. Reading the wrong side is a programming error and asserts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}  // NOLINT(google-explicit-constructor): `return value;` is the point
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor): `return error;` likewise

  bool ok() const { return std::holds_alternative<T>(content_); }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return *std::get_if<T>(&content_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<T>(&content_);
  }
  // By value: a reference into a temporary would dangle in `for (x : f().value())`.
  T value() && {
    assert(ok());
    return std::move(*std::get_if<T>(&content_));
  }
  const Error& error() const {
    assert(!ok());
    return *std::get_if<Error>(&content_);
  }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }

 private:
  std::variant<T, Error> content_;
};

/// Success without a value.
struct Ok {};
using Status = Result<Ok>;

}  // namespace hadrill
