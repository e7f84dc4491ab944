// The audit against a model of the cluster: a correct one is never blamed, a defect never gets through.
#include <catch2/catch.hpp>
#include <chrono>

#include "audit/model.hpp"
#include "audit/story.hpp"
#include "history/operation_log.hpp"

using namespace hadrill;
using namespace hadrill::test;
using enum hadrill::audit::Violation;

namespace {

std::string first_text(const audit::AuditResult& result) {
  return result.findings.examples().empty() ? "" : result.findings.examples().front().text;
}

/// Runs models with this defect until it struck `times`; each time one of `expected` has to be found.
void check_found(Defect defect, const std::set<audit::Violation>& expected, int times = 100) {
  int struck = 0;
  for (std::uint64_t seed = 1; struck < times && seed < 20'000; ++seed) {
    Model model({seed, 120, 6, defect});
    const OperationHistory history = model.run();
    if (!model.struck()) continue;
    ++struck;
    const audit::AuditResult result = audit::audit(history);
    INFO("seed " << seed << ", " << Catch::StringMaker<Counts>::convert(counts_of(result)));
    REQUIRE(result.judgement() == Judgement::fail);
    const Counts counts = counts_of(result);
    REQUIRE(std::any_of(expected.begin(), expected.end(),
                        [&](audit::Violation violation) { return counts.contains(violation); }));
  }
  CHECK(struck == times);
}

}  // namespace

TEST_CASE("property: whatever a correct cluster does under failures is no finding") {
  std::size_t indeterminate = 0;
  std::size_t resolved = 0;
  std::size_t conflicts = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    ModelOptions options;
    options.seed = seed;
    options.objects = static_cast<ObjectNumber>(1 + seed % 12);
    const OperationHistory history = Model(options).run();
    const audit::AuditResult result = audit::audit(history);
    INFO("seed " << seed << ": " << first_text(result));
    REQUIRE(result.findings.total() == 0);
    REQUIRE(result.coverage.writes == history.writes.size());
    indeterminate += result.coverage.indeterminate;
    resolved += result.coverage.resolved;
    for (const Write& write : history.writes) conflicts += write.status == 409 ? 1 : 0;
  }
  // The odd cases did occur.
  CHECK(indeterminate > 2000);
  CHECK(resolved > 500);
  CHECK(resolved < indeterminate);
  CHECK(conflicts > 50);
}

TEST_CASE("property: a long correct run is a pass with its numbers") {
  const OperationHistory history = Model({7, 5000, 200, Defect::none}).run();
  const audit::AuditResult result = audit::audit(history);
  INFO(first_text(result));
  CHECK(result.judgement() == Judgement::pass);
  CHECK(result.watchers.size() == 3);
  for (const audit::WatcherResult& watcher : result.watchers) {
    CHECK(watcher.delivered_share() > 0.9);
    CHECK(watcher.gaps.n > 0);
    CHECK(watcher.delivery.n == watcher.delivered);
  }
}

TEST_CASE("property: a lost write is found") {
  check_found(Defect::lose_write, {lost_write, stale_read, shared_precondition, unfounded_refusal});
}
TEST_CASE("property: a stale read is found") { check_found(Defect::stale_read, {stale_read}); }
TEST_CASE("property: a stale list is found") { check_found(Defect::stale_list, {list_disagrees}); }
TEST_CASE("property: a write on an old version is found") {
  check_found(Defect::ignore_version, {shared_precondition});
}
TEST_CASE("property: a refused write that happened is found") { check_found(Defect::apply_refused, {refused_applied}); }
TEST_CASE("property: a conflict with nobody is found") { check_found(Defect::refuse_for_fun, {unfounded_refusal}); }
TEST_CASE("property: a version that goes back is found") { check_found(Defect::version_back, {version_order}); }
TEST_CASE("property: a dropped event is found") { check_found(Defect::drop_event, {watch_gap}); }
TEST_CASE("property: swapped events are found") { check_found(Defect::swap_events, {watch_disorder}); }
TEST_CASE("property: a repeated event is found") { check_found(Defect::repeat_event, {watch_duplicate}); }

// Not run by default: prints how long a million operations take. test_audit "[benchmark]"
TEST_CASE("a million operations", "[.][benchmark]") {
  const auto seconds = [](const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::string text;
  {
    const OperationHistory history = Model({3, 270'000, 300, Defect::none}).run();
    text = operation_line::header(history.begun, history.header);
    for (const Write& write : history.writes) {
      text += operation_line::invoked(write);
      if (write.returned_line != 0) text += operation_line::returned(write);
    }
    for (const Read& read : history.reads) text += operation_line::read(read);
    for (const List& list : history.lists) text += operation_line::list(list);
    for (const WatchRecord& record : history.watches) text += operation_line::watch(record);
  }
  OperationHistory history;
  const double reading = seconds([&] { history = parse_operations(text, "benchmark").value(); });
  audit::AuditResult result;
  const double auditing = seconds([&] { result = audit::audit(history); });
  WARN(result.coverage.operations() << " operations (" << result.coverage.writes << " writes, " << result.coverage.reads
                                    << " reads, " << result.coverage.lists << " lists, " << result.coverage.watch_events
                                    << " events), " << text.size() / 1'000'000 << " MB: read in " << reading
                                    << " s, audited in " << auditing << " s");
  CHECK(result.judgement() == Judgement::pass);
}
