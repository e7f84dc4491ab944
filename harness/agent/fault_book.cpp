#include "agent/fault_book.hpp"

#include <unistd.h>

#include <algorithm>

#include "agent/patience.hpp"
#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto kRetry = std::chrono::seconds(1);

std::uint64_t start_of(pid_t pid) {
  const auto stat = parse_stat(read_proc_file("/proc/" + std::to_string(pid) + "/stat"));
  return stat && !stat->dead() ? stat->start_ticks : 0;
}

}  // namespace

FaultBook::FaultBook(Journal journal) : journal_(std::move(journal)), self_(getpid()), self_start_(start_of(self_)) {}

bool FaultBook::mine(const JournalEntry& entry) const {
  return entry.owner == self_ && entry.owner_start == self_start_;
}

std::vector<JournalEntry> FaultBook::entries() const {
  std::vector<std::string> unreadable;
  auto entries = journal_.read(unreadable);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const JournalEntry& a, const JournalEntry& b) { return a.deadline_ns < b.deadline_ns; });
  return entries;
}

std::optional<JournalEntry> FaultBook::find(const std::string& id) const {
  for (JournalEntry& entry : entries()) {
    if (entry.id == id) return std::move(entry);
  }
  return std::nullopt;
}

Result<Proof> FaultBook::inject(const std::string& id, const std::string& effect_name, const Json& parameters,
                                milliseconds ttl, Patience& patience) {
  const Effect* effect = find_effect(effect_name);
  if (effect == nullptr) return trouble("unknown effect " + effect_name);
  if (!is_fault_id(id)) return trouble("an id is 1 to 64 lower-case letters, digits and '-'");
  if (find(id)) return trouble("a fault " + id + " is in force already");
  const auto undo = effect->plan(id, parameters);
  if (!undo.ok()) return undo.error();
  const JournalEntry entry{id, effect_name, *undo, monotonic_ns() + nanoseconds(ttl).count(), self_, self_start_};
  if (const Status kept = journal_.write(entry); !kept.ok()) {
    return trouble("not done: the journal cannot be written, so it could not be undone (" + kept.error().message + ")");
  }
  auto proof = effect->inject(*undo, patience);
  if (proof.ok()) return proof;
  const auto undone = this->undo(entry);
  if (!undone.ok()) return trouble(proof.error().message + "; undoing it failed too: " + undone.error().message);
  return proof;
}

Result<Json> FaultBook::prove(const std::string& id) const {
  const auto entry = find(id);
  if (!entry) return trouble("no fault " + id + " is in force on this node");
  const Effect* effect = find_effect(entry->effect);
  if (effect == nullptr) return trouble("unknown effect " + entry->effect);
  return effect->prove(entry->undo);
}

Result<Json> FaultBook::undo(const JournalEntry& entry) const {
  const Effect* effect = find_effect(entry.effect);
  if (effect == nullptr) return trouble("unknown effect " + entry.effect);
  Steadfast steadfast;
  if (const Status undone = effect->undo(entry.undo, steadfast); !undone.ok()) return undone.error();
  auto evidence = effect->prove_undone(entry.undo);
  if (!evidence.ok()) return evidence;
  if (const Status forgotten = journal_.remove(entry.id); !forgotten.ok()) return forgotten.error();
  return evidence;
}

Result<Json> FaultBook::heal(const std::string& id) {
  const auto entry = find(id);
  if (!entry) return Json{{"alreadyHealed", true}};
  return undo(*entry);
}

std::vector<FaultBook::Outcome> FaultBook::undo_each(const std::vector<JournalEntry>& entries) {
  std::vector<Outcome> outcomes;
  for (const JournalEntry& entry : entries) {
    const auto undone = undo(entry);
    outcomes.push_back({entry.id, undone.ok() ? "" : undone.error().message});
    if (!undone.ok()) retry_at_ns_ = monotonic_ns() + nanoseconds(kRetry).count();
  }
  return outcomes;
}

std::vector<FaultBook::Outcome> FaultBook::heal_all(bool others) {
  auto chosen = entries();
  if (!others) std::erase_if(chosen, [this](const JournalEntry& entry) { return !mine(entry); });
  return undo_each(chosen);
}

std::vector<FaultBook::Outcome> FaultBook::heal_overdue() {
  auto chosen = entries();
  std::erase_if(chosen,
                [this](const JournalEntry& entry) { return !mine(entry) || entry.deadline_ns > monotonic_ns(); });
  return undo_each(chosen);
}

std::vector<FaultBook::Outcome> FaultBook::heal_orphans() {
  auto chosen = entries();
  // A pid is used again after a restart of the node, by chance even with the same start time as ours: ours is never an
  // orphan's.
  std::erase_if(chosen, [this](const JournalEntry& entry) {
    return mine(entry) || (entry.owner_start != 0 && start_of(entry.owner) == entry.owner_start);
  });
  return undo_each(chosen);
}

std::optional<milliseconds> FaultBook::until_overdue() const {
  std::optional<milliseconds> left;
  const std::int64_t now = monotonic_ns();
  for (const JournalEntry& entry : entries()) {
    if (!mine(entry)) continue;
    const std::int64_t due = std::max(entry.deadline_ns, retry_at_ns_);
    const auto time = std::chrono::ceil<milliseconds>(nanoseconds(std::max<std::int64_t>(0, due - now)));
    left = left ? std::min(*left, time) : time;
  }
  return left;
}

Json FaultBook::status() const {
  Json faults = Json::array();
  for (const JournalEntry& entry : entries()) {
    faults.push_back({{"id", entry.id},
                      {"effect", entry.effect},
                      {"ttlLeftMs", (entry.deadline_ns - monotonic_ns()) / 1'000'000},
                      {"mine", mine(entry)}});
  }
  return faults;
}

std::vector<std::string> FaultBook::residue() const {
  std::vector<std::string> left;
  std::vector<std::string> unreadable;
  for (const JournalEntry& entry : journal_.read(unreadable))
    left.push_back("fault " + entry.id + " (" + entry.effect + ") is in the journal");
  for (const std::string& path : unreadable) left.push_back("journal entry " + path + " cannot be read");
  for (const Effect* effect : all_effects()) {
    for (std::string& found : effect->residue()) left.push_back(std::move(found));
  }
  return left;
}

}  // namespace hadrill::agent
