#include <fmt/format.h>

#include <algorithm>

#include "index/link.hpp"
#include "index/sections.hpp"
#include "page/sections.hpp"

namespace hadrill::index {
namespace {

Html suite_row(const SuiteEntry& suite) {
  Html links;
  const auto add = [&](bool is_there, const char* name) {
    if (!is_there) return;
    if (!links.none()) links.text(" · ");
    const std::string path = suite.directory.empty() ? std::string(name) : suite.directory + "/" + name;
    links.element("a", name, {{"href", link_to(path)}});
  };
  add(suite.text, "suite.md");
  add(suite.junit, "junit.xml");
  add(suite.exit_code.has_value(), "suite.json");
  Html cells;
  cells.element("th", suite.name + (suite.shard.empty() ? "" : ", part " + suite.shard), {{"scope", "row"}});
  cells.element("td", minute_text(suite.started_utc), {{"data-label", "began, UTC"}});
  std::string ended = suite.exit_code ? fmt::format("{} of {} as they should", suite.good, suite.trials)
                                      : "nothing written: in its first trial, or it died";
  if (suite.gone > 0) ended += fmt::format("; {} directories are gone", suite.gone);
  cells.element("td", ended, {{"data-label", "trials"}});
  cells.element("td", suite.exit_code ? std::to_string(*suite.exit_code) : "-", {{"data-label", "exit code"}});
  cells.element("td", suite.machine, {{"data-label", "machine"}});
  cells.element("td", links, {{"data-label", "files"}});
  Html html;
  html.element("tr", cells);
  return html;
}

}  // namespace

Html suites_section(const Root& root) {
  std::vector<const SuiteEntry*> suites;
  for (const SuiteEntry& suite : root.suites) suites.push_back(&suite);
  std::stable_sort(suites.begin(), suites.end(), [](const SuiteEntry* a, const SuiteEntry* b) {
    return a->started_utc != b->started_utc ? a->started_utc > b->started_utc : a->directory < b->directory;
  });
  Html body;
  if (suites.empty()) {
    body.element("p", "There is no suite in this folder.", {{"class", "missing"}});
    return section("suites", "Suites", body);
  }
  Html rows;
  for (std::size_t i = 0; i < std::min(suites.size(), kMostSuites); ++i) rows.append(suite_row(*suites[i]));
  Html head;
  for (const char* name : {"suite", "began, UTC", "trials", "exit code", "machine", "files"})
    head.element("th", name, {{"scope", "col"}});
  Html head_row;
  head_row.element("tr", head);
  Html table;
  table.element("thead", head_row).element("tbody", rows);
  body.element("table", table, {{"class", "cards suites"}});
  if (suites.size() > kMostSuites)
    body.element("p", fmt::format("{} older ones are not shown.", suites.size() - kMostSuites), {{"class", "missing"}});
  return section("suites", "Suites", body);
}

}  // namespace hadrill::index
