// Owns samples as rows of text, for other programs. Columns: docs/history-format.md, "hadrill export".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "history/sample.hpp"
#include "history/sample_header.hpp"

namespace hadrill {

enum class TableFormat {
  csv,    ///< RFC 4180 with a line of names; empty where a sample has no value
  jsonl,  ///< an object per line; null where a sample has no value
};

class SampleTable {
 public:
  /// The header must outlive it. `seen`: servers that are not in the header, by Sample::server.
  SampleTable(const SampleHeader& header, TableFormat format, const std::map<std::uint16_t, std::string>& seen = {});

  /// Line with the names of the columns; "" for JSONL. With its line end, as all lines.
  std::string head() const;
  /// Appends the line of a sample whose prober is in the header.
  void append(const Sample& sample, std::string& out) const;

 private:
  const SampleHeader& header_;
  TableFormat format_;
  std::vector<std::string> beginnings_;           ///< of the lines, by prober: what is the same in all of its lines
  std::map<std::uint16_t, std::string> servers_;  ///< as written, by Sample::server
};

}  // namespace hadrill
