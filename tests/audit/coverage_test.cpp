#include "audit/coverage.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "audit/story.hpp"
#include "history/operation_log.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

/// `count` acknowledged writes of one object, and its final reads.
Story enough(int count = 30) {
  Story story;
  WriteId id = 0;
  for (int i = 0; i < count; ++i) id = story.acknowledged(0, i * 10, i * 10 + 5, i == 0 ? 0 : 99 + i, 100 + i, kLb, 2);
  story.final(0, 5000, 99 + count, id);
  return story;
}

bool misses(const Story& story, const std::string& words) {
  const audit::AuditResult result = audit::audit(story.history);
  CHECK(result.judgement() == Judgement::error);
  return std::any_of(result.missing.begin(), result.missing.end(),
                     [&](const std::string& missing) { return missing.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("enough of everything without a finding is a pass") {
  const audit::AuditResult result = audit::audit(enough().history);
  CHECK(result.judgement() == Judgement::pass);
  CHECK(result.coverage.acknowledged == 30);
  CHECK(result.coverage.objects == 1);
  CHECK(result.coverage.operations() == 32);
  REQUIRE(result.coverage.servers.size() == 2);
  CHECK(result.coverage.servers[0].name == "n1");
  CHECK(result.coverage.servers[0].reads == 1);
  CHECK(result.coverage.servers[0].final_reads == 1);
}

TEST_CASE("nothing is an error, never a pass") {
  Story story;
  CHECK(misses(story, "no operations"));
  OperationHistory empty;
  CHECK(audit::audit(empty).judgement() == Judgement::error);
}

TEST_CASE("too few acknowledged writes prove nothing") {
  CHECK(misses(enough(19), "only 19 writes"));
  CHECK(audit::audit(enough(20).history).judgement() == Judgement::pass);
}

TEST_CASE("too many writes in doubt prove nothing; those that were seen are in no doubt") {
  for (const bool seen : {false, true}) {
    Story story = enough();
    for (ObjectNumber i = 1; i <= 40; ++i) {
      const WriteId id = story.indeterminate(i, 1000, 2000, 0);
      story.final(i, 6000, seen ? 200 + id : 0, seen ? id : 0);
    }
    const audit::AuditResult result = audit::audit(story.history);
    CHECK(result.coverage.indeterminate == 40);
    CHECK(result.coverage.resolved == (seen ? 40 : 0));
    CHECK(result.judgement() == (seen ? Judgement::pass : Judgement::error));
  }
}

TEST_CASE("every object has to be read from every API server, after its last write") {
  Story one_server = enough();
  one_server.history.reads.pop_back();
  CHECK(misses(one_server, "0 of 1 objects were read from n2"));

  Story too_early = enough();
  too_early.acknowledged(0, 4000, 6000, 129, 130);
  CHECK(misses(too_early, "read from n1"));

  Story other_object = enough();
  other_object.indeterminate(1, 10, 20, 0);
  CHECK(misses(other_object, "1 of 2 objects were read from n1"));

  Story no_servers = enough();
  no_servers.history.header.servers.clear();
  for (Write& write : no_servers.history.writes) write.server = 0;
  for (Vantage& vantage : no_servers.history.header.vantages) vantage.server = 0;
  CHECK(misses(no_servers, "no API server"));
}

TEST_CASE("a watcher that was told too little, or nothing, is missed") {
  Story story = enough();
  story.history.header.vantages.push_back({"api.watch", "lb", 0, true});
  const auto watcher = static_cast<std::uint16_t>(story.history.header.vantages.size() - 1);
  CHECK(misses(story, "api.watch was told about 0 of the 0"));
  story.watch(watcher, WatchStep::requested, 6, 100);
  for (WriteId id = 2; id <= 27; ++id) story.told(watcher, 400, id);
  CHECK(misses(story, "api.watch was told about 26 of the 29"));
  story.told(watcher, 400, 28);
  CHECK(audit::audit(story.history).judgement() == Judgement::pass);
}

TEST_CASE("a finding outweighs what is missing") {
  Story story;
  story.acknowledged(0, 0, 5, 0, 100);
  story.final(0, 50, 0, 0);
  CHECK(audit::audit(story.history).judgement() == Judgement::fail);
}

TEST_CASE("the verdict has the numbers when all is well, and the operations when not") {
  Story good = enough();
  const auto passed = audit::verdict_findings(audit::audit(good.history), good.history);
  REQUIRE(passed.size() == 2);
  CHECK(passed[0].id == "audit.writes");
  CHECK(passed[0].judgement == Judgement::pass);
  CHECK(passed[0].text ==
        "30 writes of 1 objects (30 acknowledged, 0 refused, 0 indeterminate of which 0 happened), 2 reads and 0 lists "
        "agree. n1: 1 reads, 1 final. n2: 1 reads, 1 final.");
  CHECK(passed[1].id == "audit.coverage");
  CHECK(passed[1].judgement == Judgement::pass);

  Story bad = enough(5);
  const std::uint32_t line = bad.read(0, 6000, 6001, 100, 1);
  const auto failed = audit::verdict_findings(audit::audit(bad.history), bad.history);
  REQUIRE(failed.size() == 2);
  CHECK(failed[0].id == "audit.stale_read");
  CHECK(failed[0].judgement == Judgement::fail);
  CHECK(failed[0].text.find("1 found. read of register-0") == 0);
  CHECK(failed[0].text.find(fmt::format("[operations.jsonl lines {},", line)) != std::string::npos);
  CHECK(failed[1].id == "audit.coverage");
  CHECK(failed[1].judgement == Judgement::error);
  const Json numbers = audit::audit_json(audit::audit(bad.history), bad.history);
  CHECK(numbers["judgement"] == "fail");
  CHECK(numbers["coverage"]["acknowledged"] == 5);
  CHECK(numbers["coverage"]["missing"].size() == 1);
  CHECK(numbers["findings"].size() == 1);
  CHECK(numbers["findings"][0]["violation"] == "stale_read");
  CHECK(numbers["findings"][0]["examples"][0]["lines"][0] == line);
  CHECK(audit::unreadable(infrastructure_error("operations.jsonl", "line 2 is not an operation")).at(0).judgement ==
        Judgement::error);
}

TEST_CASE("stored histories are judged as they are called") {
  const auto judged = [](const std::string& name) {
    const auto history = read_operations(std::filesystem::path(HADRILL_SOURCE_DIR) / "tests/fuzz/corpus/audit" / name);
    REQUIRE(history.ok());
    const audit::AuditResult result = audit::audit(*history);
    return std::pair{result.judgement(), counts_of(result)};
  };
  CHECK(judged("pass") == std::pair{Judgement::pass, Counts{}});
  CHECK(judged("lost") == std::pair{Judgement::fail, Counts{{audit::Violation::lost_write, 1}}});
  CHECK(judged("gap") == std::pair{Judgement::fail, Counts{{audit::Violation::watch_gap, 2}}});
  CHECK(judged("empty_history") == std::pair{Judgement::error, Counts{}});
  CHECK(judged("everything_wrong").first == Judgement::fail);
}
