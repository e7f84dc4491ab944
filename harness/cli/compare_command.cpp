// hadrill compare: two sets of stored trials side by side, and whether an SLI changed.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "cli/app.hpp"
#include "cli/commands.hpp"
#include "run/stored_trials.hpp"
#include "trend/compare.hpp"
#include "trend/compare_report.hpp"

namespace hadrill::cli {
namespace {

namespace fs = std::filesystem;

/// What is compared, and what of it could not be read.
struct Sides {
  std::vector<trend::StoredTrial> base;
  std::vector<trend::StoredTrial> next;
  std::vector<trend::Excluded> unread;
};

Result<Sides> read_history(const Options& options) {
  auto read = read_trials(options.history);
  if (!read.ok()) return read.error();
  auto [base, next] = trend::split_history(std::move(read->trials), options.last);
  return Sides{std::move(base), std::move(next), std::move(read->unread)};
}

/// A run that is on both sides would speak against every change.
std::optional<std::string> on_both(const Sides& sides) {
  std::set<fs::path> base;
  std::error_code none;
  for (const trend::StoredTrial& trial : sides.base) base.insert(fs::weakly_canonical(trial.directory, none));
  for (const trend::StoredTrial& trial : sides.next) {
    if (base.contains(fs::weakly_canonical(trial.directory, none))) return trial.directory;
  }
  return std::nullopt;
}

Result<Sides> read_sides(const Options& options) {
  if (!options.history.empty()) return read_history(options);
  constexpr std::size_t kSides = 2;
  if (options.files.size() != kSides)
    return usage_error("compare", "BASE and NEW are needed, or --against-history ROOT");
  auto base = read_trials(options.files[0]);
  if (!base.ok()) return base.error();
  auto next = read_trials(options.files[1]);
  if (!next.ok()) return next.error();
  Sides sides{std::move(base->trials), std::move(next->trials), std::move(base->unread)};
  sides.unread.insert(sides.unread.end(), next->unread.begin(), next->unread.end());
  if (const auto twice = on_both(sides)) return usage_error("compare", *twice + " is on both sides");
  return sides;
}

/// Why there is nothing to say; nullopt when there is. Something that is there and was refused is something to say.
std::optional<Error> nothing_to_compare(const trend::Comparison& comparison) {
  if (!comparison.rows.empty() || comparison.all_refused()) return std::nullopt;
  std::vector<std::string> why = comparison.one_sided;
  for (const trend::Excluded& trial : comparison.excluded) why.push_back(trial.directory + ": " + trial.reason);
  if (why.empty()) why.emplace_back("the two sides have no SLI in common");
  return usage_error("compare", fmt::format("there is nothing to compare: {}", fmt::join(why, "; ")));
}

int code_of(const trend::Comparison& comparison) {
  if (comparison.regression()) return exit_code::missed;
  return comparison.all_refused() ? exit_code::inconclusive : exit_code::pass;
}

Result<trend::CompareOptions> compare_options(const Options& options) {
  trend::CompareOptions out;
  out.level = options.level;
  out.phases = options.phases;
  out.force = options.force;
  if (!options.relevant.empty()) {
    const auto relevance = trend::parse_relevance(options.relevant);
    if (!relevance.ok()) return relevance.error();
    out.relevance = *relevance;
  }
  return out;
}

}  // namespace

Outcome compare(const Options& options) {
  const auto how = compare_options(options);
  if (!how.ok()) return how.error();
  const auto sides = read_sides(options);
  if (!sides.ok()) return sides.error();
  trend::Comparison comparison = trend::compare(sides->base, sides->next, *how);
  comparison.excluded.insert(comparison.excluded.end(), sides->unread.begin(), sides->unread.end());
  if (auto nothing = nothing_to_compare(comparison)) return std::move(*nothing);
  if (!options.json.empty()) {
    const Status written = write_file(options.json, trend::compare_json(comparison).dump(2) + "\n");
    if (!written.ok()) return written.error();
  }
  fmt::print("{}", options.markdown ? trend::compare_markdown(comparison) : trend::compare_text(comparison));
  return code_of(comparison);
}

}  // namespace hadrill::cli
