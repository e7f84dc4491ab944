// The tables of a Markdown page, and what is written as code in them.
#pragma once

#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace hadrill::test {

/// The texts between backticks.
inline std::set<std::string> code_in(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t at = text.find('`'); at != std::string::npos;) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string::npos) break;
    found.insert(text.substr(at + 1, end - at - 1));
    at = text.find('`', end + 1);
  }
  return found;
}

using Cells = std::vector<std::string>;

/// The cells of a line "| a | b |", without the spaces around them; none when it is no row.
inline Cells cells_of(const std::string& line) {
  Cells cells;
  if (line.empty() || line.front() != '|') return cells;
  for (std::size_t begin = 1, end = 0; (end = line.find('|', begin)) != std::string::npos; begin = end + 1) {
    const std::size_t from = line.find_first_not_of(' ', begin);
    const std::size_t to = line.find_last_not_of(' ', end - 1);
    cells.push_back(from < end ? line.substr(from, to + 1 - from) : "");
  }
  return cells;
}

/// The rows of all tables whose first column is called `head`.
inline std::vector<Cells> rows_below(const std::string& page, const std::string& head) {
  std::vector<Cells> rows;
  std::istringstream lines(page);
  bool inside = false;
  Cells before;
  for (std::string line; std::getline(lines, line);) {
    const Cells cells = cells_of(line);
    const bool is_rule =
        !cells.empty() && !cells.front().empty() && cells.front().find_first_not_of("-:") == std::string::npos;
    if (cells.empty()) inside = false;
    if (is_rule) {
      inside = !before.empty() && before.front() == head;
    } else if (inside) {
      rows.push_back(cells);
    }
    before = cells;
  }
  return rows;
}

/// What is written as code in column `column` of these rows.
inline std::set<std::string> code_of_column(const std::vector<Cells>& rows, std::size_t column) {
  std::set<std::string> found;
  for (const Cells& cells : rows) {
    if (column < cells.size()) found.merge(code_in(cells[column]));
  }
  return found;
}

}  // namespace hadrill::test
