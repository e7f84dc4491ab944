// Owns what every effect can do: an effect is one way in which the agent breaks something on its node and undoes it.
// Effects have no memory. Whatever undoing needs is in the `undo` that plan() made and the journal keeps, so that any
// later process, after any death, can undo.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/patience.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// That something broke, and when: not before `before_ns` and not after `after_ns` (CLOCK_MONOTONIC).
struct Proof {
  std::int64_t before_ns = 0;
  std::int64_t after_ns = 0;
  Json evidence = Json::object();
};

class Effect {
 public:
  virtual ~Effect() = default;
  /// What it is called in requests and in the journal, e.g. "process.pause".
  virtual const char* name() const = 0;
  /// Checks `parameters` against this node and says all that inject and undo need. `id` names the fault: at most 64
  /// lower-case letters, digits and '-'. Changes nothing. Error: why it cannot be done here, and what would work
  /// instead where there is something.
  virtual Result<Json> plan(const std::string& id, const Json& parameters) const = 0;
  /// Breaks it and sees it broken. Called once per plan, after `undo` is safely on disk. Error: it is not proven; the
  /// caller undoes whatever was done.
  virtual Result<Proof> inject(const Json& undo, Patience& patience) const = 0;
  /// Evidence that it is in force now.
  virtual Result<Json> prove(const Json& undo) const = 0;
  /// Takes it back, whatever became of inject: not begun, half done, done, followed by a restart of the node. May be
  /// called again.
  virtual Status undo(const Json& undo, Patience& patience) const = 0;
  /// Evidence that nothing of it is left. What needs others to come back (a kubelet that starts a process again) is not
  /// asked here.
  virtual Result<Json> prove_undone(const Json& undo) const = 0;
  /// What is on this node that only this effect makes, in words, whatever the journal says. Empty on a healthy node.
  virtual std::vector<std::string> residue() const { return {}; }
};

/// All effects.
const std::vector<const Effect*>& all_effects();
/// The effect called `name`, or nullptr.
const Effect* find_effect(const std::string& name);

}  // namespace hadrill::agent
