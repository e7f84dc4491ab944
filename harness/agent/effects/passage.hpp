// Owns the passage: a file system of ours mounted over the data folder of a component, which was restarted to go
// through it. Data stays underneath, where it always was: when the passage goes, at whatever moment, nothing goes with
// it.
#pragma once

#include <string>
#include <vector>

#include "agent/patience.hpp"
#include "agent/proc.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// Type of its mounts in mountinfo.
inline constexpr const char* kPassageType = "fuse.hadrill";
/// The extended attribute of its root that switches it: "full", "delay MILLISECONDS", "off". Reading it tells the mode
/// and how many changes were refused: "full 12".
inline constexpr const char* kPassageSwitch = "trusted.hadrill";

/// Which component and which folder ("folder", /var/lib/etcd when not said); what the functions below want as `undo`.
/// Error: this node cannot have one (in words), or the component does not keep its data there.
Result<Json> plan_passage(const std::string& id, const Json& parameters);
/// Mounts it, ends the component and waits until whoever starts it again did so and it works through the passage, which
/// lets everything pass so far. Error: it did not get that far; call close_passage.
Result<ProcessInfo> open_passage(const Json& undo, Patience& patience);
/// Writes or reads the switch.
Status set_passage(const Json& undo, const std::string& mode);
Result<std::string> read_passage(const Json& undo);
/// The component's process that works through it. Error: there is none now.
Result<ProcessInfo> find_in_passage(const Json& undo);
/// Takes it away, ending the component once more if it works through it. Fine when it was never there.
Status close_passage(const Json& undo, Patience& patience);
/// Error: there is something left of it.
Result<Json> prove_closed(const Json& undo);
/// Mounts of passages on this node and processes that still see one, in words.
std::vector<std::string> find_passages();

}  // namespace hadrill::agent
