// container.freeze: the freezer of a container's control group. Every process of it stops, without a signal any of them
// could see.
#include <filesystem>

#include "agent/cgroup.hpp"
#include "agent/choose.hpp"
#include "agent/effects/effects.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kEffect = 10s;
constexpr auto kStep = 1ms;

std::string switch_of(const ControlGroup& group) {
  return group.folder + (group.v2 ? "/cgroup.freeze" : "/freezer.state");
}

Status set_frozen(const ControlGroup& group, bool frozen) {
  if (group.v2) return write_group_file(switch_of(group), frozen ? "1" : "0");
  return write_group_file(switch_of(group), frozen ? "FROZEN" : "THAWED");
}

/// Whether every process of the group stands still: what the kernel reports, not what was asked for.
bool is_frozen(const ControlGroup& group) {
  if (group.v2) {
    const auto events = read_group_file(group.folder + "/cgroup.events");
    return events.ok() && events->find("frozen 1") != std::string::npos;
  }
  const auto state = read_group_file(switch_of(group));
  return state.ok() && *state == "FROZEN";
}

bool is_thawed(const ControlGroup& group) {
  if (group.v2) return !is_frozen(group);
  const auto state = read_group_file(switch_of(group));
  return !state.ok() || *state == "THAWED";  // a group that is gone holds nobody
}

ControlGroup read_group(const Json& undo) { return {undo.at("group").get<std::string>(), undo.at("v2").get<bool>()}; }

class ContainerFreeze final : public Effect {
 public:
  const char* name() const override { return "container.freeze"; }

  Result<Json> plan(const std::string& /*id*/, const Json& parameters) const override {
    const auto choice = read_choice(parameters);
    if (!choice.ok()) return choice.error();
    const auto process = find_oldest(*choice);
    if (!process.ok()) return process.error();
    const auto group = group_of(process->pid, "freezer");
    if (!group.ok()) return group.error();
    if (!std::filesystem::exists(switch_of(*group)))
      return trouble("the kernel has no freezer for " + group->folder + "; process.pause stops one process by signal");
    if (!is_thawed(*group)) return trouble("the container is frozen already, and not by this fault");
    return Json{{"process", to_json(*process)}, {"group", group->folder}, {"v2", group->v2}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const ControlGroup group = read_group(undo);
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status set = set_frozen(group, true); !set.ok()) return set.error();
    if (!patience.until([&] { return is_frozen(group); }, kEffect, kStep)) return trouble("it does not freeze");
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"process", undo.at("process")}, {"group", group.folder}, {"state", "frozen"}};
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    if (!is_frozen(read_group(undo))) return trouble("the container is not frozen");
    return Json{{"state", "frozen"}};
  }

  Status undo(const Json& undo, Patience& patience) const override {
    const ControlGroup group = read_group(undo);
    std::error_code none;
    if (!std::filesystem::exists(group.folder, none)) return Ok{};  // the container is gone, its group with it
    if (const Status set = set_frozen(group, false); !set.ok()) return set;
    if (!patience.until([&] { return is_thawed(group); }, kEffect, kStep)) return trouble("it does not thaw");
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (!is_thawed(read_group(undo))) return trouble("the container is still frozen");
    return Json{{"state", "thawed"}};
  }
};

}  // namespace

const Effect& container_freeze() {
  static const ContainerFreeze effect;
  return effect;
}

}  // namespace hadrill::agent
