#include "page/stretches.hpp"

#include <algorithm>

namespace hadrill {
namespace {

/// How many stretches stay whatever lies around them.
constexpr std::size_t kKept = 60;
/// So many between two of those stay as well: an outage with what is unclear at its sides.
constexpr std::size_t kFew = 8;

/// The length from which on a stretch stays.
Duration shortest_kept(const std::vector<Stretch>& stretches) {
  std::vector<Duration> lengths;
  lengths.reserve(stretches.size());
  for (const Stretch& one : stretches) lengths.push_back(one.end - one.begin);
  std::nth_element(lengths.begin(), lengths.begin() + kKept, lengths.end(), std::greater<>());
  return lengths[kKept];
}

bool serves(LaneState state) { return state == LaneState::up || state == LaneState::follows; }

Stretch joined(std::vector<Stretch>::const_iterator first, std::vector<Stretch>::const_iterator last) {
  Stretch all{first->begin, (last - 1)->end, LaneState::mixed};
  for (auto at = first; at != last; ++at) {
    all.asked += at->asked;
    all.failed += at->failed;
  }
  const bool never_up = std::none_of(first, last, [](const Stretch& one) {
    return serves(one.state) || one.state == LaneState::mixed || one.state == LaneState::leads;
  });
  if (never_up) all.state = LaneState::down;
  return all;
}

}  // namespace

std::string to_string(LaneState state) {
  switch (state) {
    case LaneState::up:
      return "up";
    case LaneState::down:
      return "down";
    case LaneState::maybe:
      return "maybe";
    case LaneState::mixed:
      return "mixed";
    case LaneState::force:
      return "force";
    case LaneState::done:
      return "done";
    case LaneState::mending:
      return "mending";
    case LaneState::leads:
      return "leads";
    case LaneState::follows:
      return "follows";
    case LaneState::idle:
      break;
  }
  return "idle";
}

void thin(std::vector<Stretch>& stretches) {
  if (stretches.size() <= kMostStretches) return;
  const Duration kept = shortest_kept(stretches);
  std::vector<Stretch> fewer;
  auto first = stretches.cbegin();
  const auto close = [&](std::vector<Stretch>::const_iterator last) {
    if (static_cast<std::size_t>(last - first) > kFew) {
      fewer.push_back(joined(first, last));
    } else {
      fewer.insert(fewer.end(), first, last);
    }
  };
  for (auto at = stretches.cbegin(); at != stretches.cend(); ++at) {
    if (at->end - at->begin <= kept) continue;
    close(at);
    fewer.push_back(*at);
    first = at + 1;
  }
  close(stretches.cend());
  stretches = std::move(fewer);
}

void Looks::see(Interval look, LaneState state, std::string text) {
  if (!stretches_.empty()) {
    Stretch& last = stretches_.back();
    look.begin = std::max(look.begin, last.end);
    look.end = std::max(look.end, look.begin);
    if (look.begin - last.end <= patience_) {
      if (last.state == state && last.text == text) {
        last.end = look.end;
        return;
      }
      if (last.state == state) {
        last.end = look.begin;
      } else if (look.begin > last.end) {
        const Instant from = last.end;
        stretches_.push_back({from, look.begin, LaneState::maybe, "changed between two looks"});
      }
    }
  }
  stretches_.push_back({look.begin, look.end, state, std::move(text)});
  if (stretches_.size() > 2 * kMostStretches) thin(stretches_);
}

std::vector<Stretch> Looks::finish() {
  thin(stretches_);
  return std::move(stretches_);
}

void Changes::close(Instant at) {
  if (current_ && !lost_ && at > current_->begin) {
    current_->end = at;
    stretches_.push_back(*current_);
  }
}

void Changes::set(Instant at, std::optional<Instant> since, LaneState state, std::string text) {
  const bool same = current_ && !lost_ && current_->state == state && current_->text == text;
  if (same) return;
  Instant unclear = std::min(since.value_or(at), at);
  if (!stretches_.empty()) unclear = std::max(unclear, stretches_.back().end);
  if (current_ && !lost_) unclear = std::max(unclear, current_->begin);
  close(unclear);
  if (current_ && unclear < at) stretches_.push_back({unclear, at, LaneState::maybe, "found changed in a list"});
  current_ = Stretch{at, at, state, std::move(text)};
  lost_ = false;
  if (stretches_.size() > 2 * kMostStretches) thin(stretches_);
}

void Changes::gone(Instant at) {
  close(at);
  current_.reset();
}

void Changes::lose(Instant at) {
  close(at);
  lost_ = true;
}

void Changes::resume(Instant at) {
  if (lost_ && current_) current_->begin = std::max(at, current_->begin);
  lost_ = false;
}

std::vector<Stretch> Changes::finish(Instant end) {
  close(end);
  current_.reset();
  thin(stretches_);
  return std::move(stretches_);
}

}  // namespace hadrill
