#include "check/etcd_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace hadrill {
namespace {

/// A leader that says it led in a term has applied an entry of that term when it was found leading in it this often,
/// each time with more committed than before: what a new leader commits first is an entry of its own term.
constexpr std::size_t kLooksThatProve = 3;

std::string id_in(const Json& data, const char* pointer) {
  const std::string id = json_text(data, pointer);
  return id == "0" ? std::string() : id;
}

std::optional<EtcdLook> read_look(const Event& event) {
  const auto sent = json_natural(event.data, "/sentNs");
  const std::string node = json_text(event.data, "/node");
  if (!sent || node.empty() || Instant{*sent} > event.at) return std::nullopt;
  EtcdLook look;
  look.node = node;
  look.look = {{*sent}, event.at};
  look.member = json_text(event.data, "/member");
  if (look.member.empty()) return look;
  const auto term = json_natural(event.data, "/term");
  const auto index = json_natural(event.data, "/index");
  const auto applied = json_natural(event.data, "/applied");
  if (!term || !index || !applied) return std::nullopt;
  look.healthy = true;
  look.leader = id_in(event.data, "/leader");
  look.term = *term;
  look.index = *index;
  look.applied = *applied;
  return look;
}

/// A member found leading: a new reign, or one more confirmation of its last.
class ReignWalk {
 public:
  void take(const EtcdLook& look) {
    if (!look.healthy) return;
    Interval& known = last_look_.try_emplace(look.member, Interval{kDistantPast, kDistantPast}).first->second;
    if (look.leads()) lead(look, known.begin);
    known = look.look;
  }

  std::vector<Reign> result() && { return std::move(reigns_); }

 private:
  void lead(const EtcdLook& look, Instant not_before) {
    Reign* last = reigns_.empty() ? nullptr : &reigns_.back();
    const bool goes_on = last != nullptr && last->holder == look.member && !elected_again(look);
    // A stale leader that has not noticed yet is not one again.
    const bool stale = std::any_of(reigns_.begin(), reigns_.end(), [&](const Reign& reign) {
      return reign.holder != look.member && reign.number > look.term;
    });
    if (stale) return;
    if (!goes_on) {
      Reign reign;
      reign.holder = look.member;
      reign.node = look.node;
      reign.began = {not_before, look.look.end};
      reigns_.push_back(std::move(reign));
      last = &reigns_.back();
    } else {
      last->longest_gap = std::max(last->longest_gap, look.look.begin - last->confirmed.begin);
    }
    last->number = std::max(last->number, look.term);
    last->confirmed = look.look;
    ++last->confirmations;
  }

  /// Whether the last leader leads in a later term than its own before: its process ended, or it lost its followers,
  /// and won the next election. At first a new leader claims the term of the one before it, which is not its own.
  bool elected_again(const EtcdLook& look) const {
    const Reign& last = reigns_.back();
    const bool own_term =
        reigns_.size() > 1 ? last.number > reigns_[reigns_.size() - 2].number : last.confirmations >= kLooksThatProve;
    return own_term && look.term > last.number;
  }

  std::vector<Reign> reigns_;
  std::map<std::string, Interval> last_look_;  ///< by member
};

/// How often a member was found leading in a term with more committed than the time before, all of it applied.
struct Claim {
  std::size_t looks = 0;
  std::int64_t committed = -1;
};

void add_claim(std::map<std::int64_t, std::map<std::string, Claim>>& claims, const EtcdLook& look) {
  Claim& claim = claims[look.term][look.member];
  if (look.applied != look.index || look.index <= claim.committed) return;
  ++claim.looks;
  claim.committed = look.index;
}

}  // namespace

std::vector<EtcdLook> read_etcd_looks(const EventLog& events, Instant until) {
  std::vector<EtcdLook> looks;
  for (const Event& event : events.events) {
    if (event.type != event_type::etcd_member || event.at > until) continue;
    if (auto look = read_look(event)) looks.push_back(std::move(*look));
  }
  std::stable_sort(looks.begin(), looks.end(),
                   [](const EtcdLook& a, const EtcdLook& b) { return a.look.end < b.look.end; });
  return looks;
}

std::vector<Reign> reigns_of(const std::vector<EtcdLook>& looks) {
  ReignWalk walk;
  for (const EtcdLook& look : looks) walk.take(look);
  return std::move(walk).result();
}

std::optional<Interval> leader_missed(const std::vector<EtcdLook>& looks, const std::string& leader, Instant from) {
  std::map<std::string, Instant> still;  ///< by member: asked when it last named this leader
  for (const EtcdLook& look : looks) {
    if (!look.healthy || look.member == leader) continue;
    if (look.leader == leader) {
      still[look.member] = look.look.begin;
    } else if (look.look.end >= from && still.contains(look.member)) {
      return Interval{std::max(still[look.member], from), look.look.end};
    }
  }
  return std::nullopt;
}

std::vector<std::string> judge_etcd(const std::vector<EtcdLook>& looks) {
  std::map<std::int64_t, std::map<std::string, Claim>> claims;
  for (const EtcdLook& look : looks) {
    if (look.leads()) add_claim(claims, look);
  }
  const auto nodes = nodes_of_members(looks);
  std::vector<std::string> violations;
  for (const auto& [term, members] : claims) {
    std::vector<std::string> leaders;
    for (const auto& [member, claim] : members) {
      if (claim.looks >= kLooksThatProve) leaders.push_back(fmt::format("{} on {}", member, nodes.at(member)));
    }
    if (leaders.size() > 1)
      violations.push_back(fmt::format("in term {} more than one member led: {}", term, fmt::join(leaders, ", ")));
  }
  return violations;
}

std::map<std::string, std::string> nodes_of_members(const std::vector<EtcdLook>& looks) {
  std::map<std::string, std::string> nodes;
  for (const EtcdLook& look : looks) {
    if (look.healthy) nodes[look.member] = look.node;
  }
  return nodes;
}

}  // namespace hadrill
