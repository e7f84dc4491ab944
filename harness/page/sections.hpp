// Owns the parts of the page that are there without its script: everything that has to be read, on paper too. Pure.
#pragma once

#include <utility>
#include <vector>

#include "check/judge.hpp"
#include "page/axis.hpp"
#include "page/markup.hpp"

namespace hadrill {

/// Operations on our objects that prove a promise broken, as they are on disk.
struct Counterexample {
  std::string finding;                                       ///< id of the finding, "audit.VIOLATION"
  std::string text;                                          ///< what they prove
  std::vector<std::pair<std::uint32_t, std::string>> lines;  ///< number in operations.jsonl, text
};

/// What the page tells besides run and verdict.
struct PageExtras {
  Json environment = {};  ///< environment.json; null when there is none
  std::vector<Counterexample> counterexamples = {};
};

/// A part of the page with a heading.
Html section(std::string_view id, std::string_view heading, const Html& body);
/// "pass", "fail", ... with a sign and a colour; the word alone says it all.
Html judgement_mark(Judgement judgement);

/// The verdict in one sentence, and what was broken.
Html header_section(const RunContext& run, const Verdict& verdict);
Html slo_section(const Verdict& verdict);
/// T0 to T6, workloads, and stretches that were not owed.
Html phases_section(const RunContext& run, const Verdict& verdict);
/// The worst share of time up within windows, per prober.
Html worst_section(const Verdict& verdict);
Html probers_section(const Verdict& verdict);
Html leaders_section(const Verdict& verdict);
/// Everything that was checked besides SLOs, with the operations that prove it.
Html findings_section(const Verdict& verdict, const std::vector<Counterexample>& counterexamples);
/// How sure the numbers are, what they were measured on, and how to do it again.
Html trust_section(const RunContext& run, const Verdict& verdict);
Html environment_section(const RunContext& run, const Json& environment);
Html reproduce_section(const RunContext& run);

}  // namespace hadrill
