#include "fault/host_undo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/file.hpp"
#include "fault/cordon.hpp"

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// How long nothing may change before what was undone counts as undone, and how long that is waited for.
constexpr auto kSettled = 1500ms;
constexpr auto kSettleTimeout = 30s;
constexpr auto kLookInterval = 250ms;

Error another_address(const HostEntry& entry, const std::string& address) {
  return infrastructure_error(
      entry.container,
      fmt::format("it returned with another address: {} instead of {}. What runs on it has the old one in its files: "
                  "replace the cluster with `hadrill cluster up`",
                  address.empty() ? "none" : address, entry.address));
}

/// Whether a container with a lower address, or one that nobody knows, is down, so that the engine would give its
/// address to this one.
bool would_take_another(Docker& docker, const HostEntry& entry, const std::vector<HostEntry>& others,
                        const Interrupt& interrupt) {
  return std::any_of(others.begin(), others.end(), [&](const HostEntry& other) {
    if (other.container_id == entry.container_id) return false;
    if (!other.address.empty() && !address_before(other.address, entry.address)) return false;
    const auto state = docker.state(other.container_id, interrupt);
    return state.ok() && state->exists && !state->running;
  });
}

Status start(Docker& docker, const HostEntry& entry, const ContainerState& state, const std::vector<HostEntry>& others,
             const Interrupt& interrupt) {
  const bool known = !entry.address.empty() && !entry.network.empty();
  // Without a network: whoever pinned its address died half way.
  if (known && (state.network.empty() || would_take_another(docker, entry, others, interrupt))) {
    if (const Status pinned = docker.pin_address(state, entry.network, entry.address, interrupt); !pinned.ok()) {
      return infrastructure_error(entry.container,
                                  "it cannot be started with its own address while a container with a lower one is "
                                  "down: heal that one first",
                                  pinned.error().text());
    }
  }
  return docker.start(entry.container_id, interrupt);
}

/// The words of a process's command line.
std::vector<std::string> words_of(const std::filesystem::path& process) {
  std::vector<std::string> words;
  const auto text = read_file(process / "cmdline");
  if (!text.ok()) return words;
  std::istringstream in(*text);
  for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
  return words;
}

/// `docker kill` or `docker pause` of this container, or a `docker exec` that cordons or drains this node; where docker
/// is a script, its interpreter comes first.
bool breaks(const std::vector<std::string>& words, const HostEntry& entry) {
  const auto is_docker = [](const std::string& word) { return std::filesystem::path(word).filename() == "docker"; };
  const std::size_t verb = !words.empty() && is_docker(words[0]) ? 1 : 2;
  if (words.size() <= verb + 1 || !is_docker(words[verb - 1])) return false;
  const auto says = [&words](const std::string& wanted) {
    return std::find(words.begin(), words.end(), wanted) != words.end();
  };
  if (entry.undo == HostUndo::uncordon) return words[verb] == "exec" && says(kDrainCommand) && says(entry.container);
  if (words[verb] != "kill" && words[verb] != "pause") return false;
  return says(entry.container_id) || says(entry.container);
}

/// Whether a command that breaks this container runs on this machine. Ours have ended whenever this is asked.
bool command_under_way(const HostEntry& entry) {
  std::error_code none;
  for (const auto& folder : std::filesystem::directory_iterator("/proc", none)) {
    const std::string pid = folder.path().filename().string();
    if (pid.find_first_not_of("0123456789") == std::string::npos && breaks(words_of(folder.path()), entry)) return true;
  }
  return false;
}

/// Proves each outcome once more and undoes it again where it did not last; whether anything changed or may still.
bool look_again(Docker& docker, const HostJournal& journal, const std::vector<HostEntry>& entries,
                std::vector<HostOutcome>& outcomes, const Interrupt& interrupt) {
  bool changed = false;
  for (HostOutcome& outcome : outcomes) {
    // Somebody else has undone it meanwhile; what is done to the container from now on is not ours to undo.
    if (!outcome.entry.id.empty() && !journal.find(outcome.entry.id)) continue;
    if (command_under_way(outcome.entry)) changed = true;
    const auto whole = prove_on_host(docker, outcome.entry, interrupt);
    if (whole.ok() && outcome.trouble.empty()) continue;
    const auto undone = undo_on_host(docker, outcome.entry, entries, interrupt);
    changed = changed || undone.ok();
    outcome.trouble = undone.ok() ? "" : undone.error().text();
  }
  return changed;
}

}  // namespace

Result<Json> prove_on_host(Docker& docker, const HostEntry& entry, const Interrupt& interrupt) {
  const auto state = docker.state(entry.container_id, interrupt);
  if (!state.ok()) return state.error();
  if (!state->exists) return Json{{"removed", true}};
  if (entry.undo == HostUndo::uncordon)
    return prove_schedulable(docker, entry.control_planes, entry.container, interrupt);
  if (!state->running) return infrastructure_error(entry.container, "its container does not run");
  if (state->paused) return infrastructure_error(entry.container, "its container is paused");
  if (!entry.address.empty() && state->address != entry.address) return another_address(entry, state->address);
  return Json{{"running", true}, {"paused", false}, {"address", state->address}, {"startedAt", state->started_at}};
}

Result<Json> undo_on_host(Docker& docker, const HostEntry& entry, const std::vector<HostEntry>& others,
                          const Interrupt& interrupt) {
  const auto state = docker.state(entry.container_id, interrupt);
  if (!state.ok()) return state.error();
  if (state->exists && entry.undo == HostUndo::uncordon)
    return uncordon(docker, entry.control_planes, entry.container, interrupt);
  Status changed = Ok{};
  if (state->exists && !state->running) changed = start(docker, entry, *state, others, interrupt);
  if (state->exists && state->paused) changed = docker.unpause(entry.container_id, interrupt);
  auto proof = prove_on_host(docker, entry, interrupt);
  // A command that fails because somebody else was faster has failed at nothing.
  if (!proof.ok() && !changed.ok()) return changed.error();
  return proof;
}

std::vector<HostOutcome> heal_on_host(Docker& docker, const HostJournal& journal, std::vector<HostEntry> entries,
                                      const Interrupt& interrupt) {
  std::vector<HostOutcome> outcomes;
  if (entries.empty()) return outcomes;
  std::stable_sort(entries.begin(), entries.end(),
                   [](const HostEntry& a, const HostEntry& b) { return address_before(a.address, b.address); });
  for (const HostEntry& entry : entries) {
    const auto undone = undo_on_host(docker, entry, entries, interrupt);
    outcomes.push_back({entry, undone.ok() ? "" : undone.error().text()});
  }
  MonotonicClock clock;
  const Instant give_up = clock.now() + kSettleTimeout;
  Instant unchanged_since = clock.now();
  while (clock.now() - unchanged_since < kSettled && clock.now() < give_up) {
    if (!clock.wait_until(clock.now() + kLookInterval, interrupt)) break;
    if (look_again(docker, journal, entries, outcomes, interrupt)) unchanged_since = clock.now();
  }
  for (HostOutcome& outcome : outcomes) {
    if (!outcome.trouble.empty() || outcome.entry.id.empty()) continue;
    if (const Status forgotten = journal.remove(outcome.entry.id); !forgotten.ok())
      outcome.trouble = forgotten.error().text();
  }
  return outcomes;
}

}  // namespace hadrill
