#include <fmt/format.h>

#include <algorithm>

#include "index/link.hpp"
#include "index/sections.hpp"
#include "page/sections.hpp"

namespace hadrill::index {
namespace {

Html legend() {
  Html html;
  for (const State state : kStates) {
    Html item;
    item.append(shape_of(state)).element("span", text_of(state).word);
    html.element("span", item, {{"class", "legend-item"}});
  }
  Html out;
  out.element("p", html, {{"class", "legend"}});
  return out;
}

/// The day a trial began on, or "" for who knows.
std::string day_of(const Entry& entry) { return entry.started_utc.substr(0, 10); }

/// The folder that all trials of a row lie in; "" when there is none, or more than one.
std::string folder_of(const Row& row) {
  std::string folder;
  for (const Entry* entry : row.trials) {
    const std::size_t slash = entry->directory.rfind('/');
    if (slash == std::string::npos) continue;
    const std::string one = entry->directory.substr(0, slash);
    if (!folder.empty() && folder != one) return "";
    folder = one;
  }
  return folder;
}

Html cells_of(const Row& row) {
  const std::size_t left_out = row.trials.size() - std::min(row.trials.size(), kMostCells);
  Html cells;
  if (left_out > 0) {
    const std::string text = fmt::format("{} older", left_out);
    const std::string folder = folder_of(row);
    if (folder.empty()) {
      cells.element("span", text, {{"class", "older"}});
    } else {
      cells.element("a", text, {{"class", "older"}, {"href", link_to(folder + "/")}});
    }
  }
  for (std::size_t i = left_out; i < row.trials.size(); ++i) {
    const bool another_day = i > left_out && day_of(*row.trials[i]) != day_of(*row.trials[i - 1]);
    const bool recent = i >= row.trials.size() - row.recent;
    Html slot = mark_of(*row.trials[i]);
    cells.element("span", slot,
                  {{"class", fmt::format("slot{}{}", another_day ? " day" : "", recent ? " recent" : "")}});
  }
  Html strip;
  strip.element("div", cells, {{"class", "strip"}});
  return strip;
}

std::string newest_text(const Row& row) {
  for (auto entry = row.trials.rbegin(); entry != row.trials.rend(); ++entry) {
    const std::string text = deciding_text(**entry);
    if (!text.empty()) return text;
  }
  return "nothing was measured";
}

Html matrix_row(const Row& row) {
  Html name;
  name.text(row.scenario);
  if (row.control) name.element("span", "has to fail", {{"class", "control"}});
  Html cells;
  cells.element("th", name, {{"scope", "row"}});
  cells.element("td", cells_of(row), {{"class", "cells"}});
  cells.element("td", newest_text(row), {{"class", "newest"}});
  Html html;
  html.element("tr", cells, {{"data-row", name_of(row)}});
  return html;
}

Html group_head(const Group& group) {
  Html cell;
  cell.element("th", group.topology.empty() ? std::string("unknown topology") : group.topology,
               {{"colspan", "3"}, {"scope", "rowgroup"}});
  Html html;
  html.element("tr", cell, {{"class", "group"}});
  return html;
}

}  // namespace

Html matrix_section(const Overview& overview, const Root& root) {
  Html rows;
  for (const Group& group : overview.groups) {
    rows.append(group_head(group));
    for (const Row& row : group.rows) rows.append(matrix_row(row));
  }
  Html head;
  head.element("th", "scenario", {{"scope", "col"}});
  head.element("th", "trials, the newest on the right", {{"scope", "col"}});
  head.element("th", "newest value, of the SLO that is worst off", {{"scope", "col"}});
  Html head_row;
  head_row.element("tr", head);
  Html table;
  table.element("thead", head_row).element("tbody", rows);
  Html body;
  body.element("p",
               fmt::format("Each mark is a trial and leads to its report; a line before it: another day (UTC). Pale: "
                           "older than a day. A row shows its newest {}.",
                           kMostCells),
               {{"class", "lead"}});
  body.append(legend()).element("table", table, {{"class", "matrix"}});
  if (overview.left_out > 0)
    body.element("p",
                 fmt::format("{} scenarios are not shown, red ones last of all: a page of them all would not open.",
                             overview.left_out),
                 {{"class", "missing"}, {"id", "left-out"}});
  if (root.table) {
    Html all;
    all.text("All trials and SLIs: ").element("a", "trials.csv", {{"href", link_to("trials.csv")}}).text(".");
    body.element("p", all, {{"class", "note"}});
  }
  return section("trials", "Trials", body);
}

}  // namespace hadrill::index
