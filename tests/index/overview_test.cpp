#include "index/overview.hpp"

#include <catch2/catch.hpp>

#include "roots.hpp"

using namespace hadrill;
using namespace hadrill::index;
using namespace hadrill::test;

namespace {

const Row& row_of(const Overview& overview, const std::string& name) {
  for (const Group& group : overview.groups) {
    for (const Row& row : group.rows) {
      if (name_of(row) == name) return row;
    }
  }
  FAIL("no row " << name);
  throw 0;
}

}  // namespace

TEST_CASE("a trial is read the right way round: a known-bad control has to fail") {
  auto one = entry("known-bad", "stacked", night_utc(0, 0), 9s, Judgement::fail);
  CHECK(state_of(one) == State::missed);
  one.expected.fail = true;
  CHECK(state_of(one) == State::seen);
  one.stored->judgement = Judgement::pass;
  CHECK(state_of(one) == State::blind);
  // Neither of these says whether the instrument sees.
  one.stored->judgement = Judgement::error;
  CHECK(state_of(one) == State::error);
  one.stored->judgement = Judgement::inconclusive;
  CHECK(state_of(one) == State::inconclusive);
  one.stored->judgement = Judgement::fail;
  one.stored->cleanup_incomplete = true;
  CHECK(state_of(one) == State::left_behind);
  one.stored.reset();
  CHECK(state_of(one) == State::none);
}

TEST_CASE("a known-bad control is seen by what it has to fail by, and by nothing else") {
  auto one = entry("known-bad", "stacked", night_utc(0, 0), 9s, Judgement::fail);
  one.expected = {true, {"api.longest_outage"}, {}};
  one.stored->findings = {make_finding("api.longest_outage", Judgement::fail, ""),
                          make_finding("recovery.recover", Judgement::pass, "")};
  CHECK(state_of(one) == State::seen);
  // Something else failed as well: that is the cluster.
  one.stored->findings[1].judgement = Judgement::fail;
  CHECK(state_of(one) == State::missed);
  // Something else failed instead: the instrument did not see what was broken.
  one.stored->findings[0].judgement = Judgement::pass;
  CHECK(state_of(one) == State::blind);
}

TEST_CASE("no two states share a letter, an id or a word, and only what is well needs nobody") {
  for (const State a : kStates) {
    CHECK(is_wrong(a) == (text_of(a).act[0] != '\0'));
    for (const State b : kStates) {
      if (a == b) continue;
      CHECK(std::string(text_of(a).letter) != text_of(b).letter);
      CHECK(std::string(text_of(a).id) != text_of(b).id);
      CHECK(std::string(text_of(a).word) != text_of(b).word);
    }
  }
}

TEST_CASE("trials lie in rows of a scenario on a topology, in order of time, controls apart") {
  const Root root = nights();
  const Overview overview = overview_of(root);
  CHECK(overview.trials == root.trials.size());
  CHECK(overview.rows == 10);
  REQUIRE(overview.groups.size() == 3);
  CHECK(overview.groups[0].topology == "stacked");
  CHECK(overview.groups[0].rows.front().control);
  const Row& row = row_of(overview, "etcd-leader-kill on external-etcd");
  CHECK(row.trials.size() == 22);
  for (std::size_t i = 1; i < row.trials.size(); ++i)
    CHECK(row.trials[i - 1]->started_utc <= row.trials[i]->started_utc);
}

TEST_CASE("recent is the day up to the newest trial, whenever the page is written") {
  const Root root = nights();
  const Overview overview = overview_of(root);
  CHECK(overview.newest_utc == night_utc(6, 4));
  CHECK(overview.recent == 16);
  CHECK(row_of(overview, "apiserver-kill on stacked").recent == 3);
  CHECK(row_of(overview, "scheduler-kill on stacked").recent == 0);
  CHECK(overview.recent_rows == 9);
  CHECK(overview.states.at(State::missed) == 1);
  CHECK(overview.states.at(State::seen) == 3);
  CHECK(overview.states.at(State::none) == 2);
  CHECK(row_of(overview, "etcd-leader-kill on external-etcd").recent_with(State::missed).size() == 1);
  CHECK(row_of(overview, "node-kill on stacked").red());
  CHECK_FALSE(row_of(overview, "apiserver-kill on stacked").red());
  CHECK_FALSE(row_of(overview, "scheduler-kill on stacked").red());
}

TEST_CASE("a trial of unknown time or topology is never passed over") {
  Root root = nights();
  auto lost = without_verdict(entry("lost", "", night_utc(0, 0), 1s), "It died");
  lost.started_utc = "";
  root.trials.push_back(lost);
  const Overview overview = overview_of(root);
  CHECK(overview.newest_utc == night_utc(6, 4));
  CHECK(overview.states.at(State::none) == 3);
  CHECK(overview.groups.back().topology.empty());
  CHECK(row_of(overview, "lost on an unknown topology").recent == 1);
  CHECK(minute_text("") == "at an unknown time");
}

TEST_CASE("of far too many rows the red ones stay, and how many are missing is known") {
  Root root = many(500, 1000);
  root.trials.push_back(entry("zzz-red", "stacked", root.trials.back().started_utc, 9s, Judgement::fail));
  const Overview overview = overview_of(root);
  CHECK(overview.rows == 501);
  CHECK(overview.left_out == 101);
  std::size_t shown = 0;
  for (const Group& group : overview.groups) shown += group.rows.size();
  CHECK(shown == kMostRows);
  CHECK(row_of(overview, "zzz-red on stacked").red());
}

TEST_CASE("an empty root has an overview without trials") {
  const Overview overview = overview_of({});
  CHECK(overview.groups.empty());
  CHECK(overview.recent == 0);
}
