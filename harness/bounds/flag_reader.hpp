// Owns the way from recorded texts to the typed inputs of a formula, each with its symbol, its value and its source.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "bounds/cluster_flags.hpp"

namespace hadrill::bounds {

/// Where the value of an input comes from.
enum class Origin {
  set,        ///< stands in a manifest, a configuration or an object of the cluster
  defaulted,  ///< nobody set it: the default of the running version
  constant,   ///< compiled into the component: no flag changes it
  allowance,  ///< hadrill's own, for what no flag tells: a request, the start of a process
};

/// "set", "default", "constant", "allowance".
std::string to_string(Origin origin);

/// One input of a formula, as reports show it.
struct Input {
  std::string symbol;  ///< in the formula, e.g. "L"
  std::string name;    ///< e.g. "kube-scheduler --leader-elect-lease-duration"
  std::string value;   ///< e.g. "15s"; "15s to 20s" where instances differ
  Origin origin = Origin::set;
  std::string source;  ///< file, object, or the source code that a constant is in

  friend bool operator==(const Input&, const Input&) = default;
};

/// A value over all instances of its component: a lower bound is made of the least, an upper one of the most.
template <typename T>
struct Range {
  T least{};
  T most{};
};

/// How a flag writes a time.
enum class Notation { go, milliseconds, seconds };

/// One flag: its place, and what holds when nobody sets it.
struct FlagSpec {
  const char* symbol = "";
  const char* component = "";
  const char* name = "";
  const char* default_text = "";    ///< in the flag's own notation
  const char* default_source = "";  ///< where that default is defined
};

/// Reads the inputs of one formula. The first thing that cannot be read is kept, and what was read after it has no
/// meaning: who reads has to ask trouble() before using anything.
class FlagReader {
 public:
  /// `flags` must outlive it.
  explicit FlagReader(const ClusterFlags& flags) : flags_(flags) {}

  Range<Duration> time(const FlagSpec& spec, Notation notation);
  Range<std::int64_t> count(const FlagSpec& spec);
  Range<double> number(const FlagSpec& spec);
  /// The texts of a flag over all instances, each once; the default where nobody sets it.
  std::vector<std::string> texts(const FlagSpec& spec);
  /// How many instances of a component were found.
  std::size_t instances(const char* component) const;
  /// Whether the cluster has it, be it one that could not be read.
  bool met(const char* component) const;
  /// Notes an input that is no flag.
  void note(const char* symbol, const char* name, std::string value, Origin origin, const char* source);
  /// The same for a time, and returns it.
  Duration note(const char* symbol, const char* name, Duration value, Origin origin, const char* source);
  /// Makes this the trouble, unless there is one already.
  void refuse(std::string reason);
  /// Major and minor of the running Kubernetes, e.g. {1, 37}. Trouble when it is not known.
  std::pair<int, int> version();

  /// Error: infrastructure, "flags".
  std::optional<Error> trouble() const;
  const std::vector<Input>& inputs() const { return inputs_; }

 private:
  struct Found {
    std::string text;
    const FlagSource* source = nullptr;  ///< nullptr: the default
  };
  std::vector<Found> find(const FlagSpec& spec);
  template <typename T, typename Parse, typename Format>
  Range<T> read(const FlagSpec& spec, const Parse& parse, const Format& format);

  const ClusterFlags& flags_;
  std::vector<Input> inputs_;
  std::optional<std::string> trouble_;
};

}  // namespace hadrill::bounds
