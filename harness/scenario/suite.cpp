#include "scenario/suite.hpp"

#include "base/file.hpp"
#include "document/checked.hpp"

namespace hadrill {
namespace {

const Format& suite_format() {
  static const Format format("suite", suite_schema_text());
  return format;
}

/// "fail", or a mapping that says of what.
Expectation read_expect(const Json& entry) {
  if (json_text(entry, "/expect") == "fail") return {true, {}, {}};
  Expectation expected{false, json_texts(entry, "/expect/fail"), json_texts(entry, "/expect/mayFail")};
  expected.fail = !expected.must.empty();
  return expected;
}

SuiteRun read_run(const Json& entry, int trials) {
  return {json_text(entry, "/scenario"), json_text(entry, "/topology"),
          json_get<int>(entry, "/trials").value_or(trials), read_expect(entry)};
}

}  // namespace

Result<Suite> load_suite(std::string_view text, const std::string& file) {
  const auto root = read_checked(text, file, suite_format());
  if (!root.ok()) return root.error();
  Suite suite{json_text(*root, "/metadata/name"), json_text(*root, "/metadata/description"), {}};
  const int trials = json_get<int>(*root, "/trials").value_or(1);
  for (const Json& entry : json_array(*root, "/runs")) suite.runs.push_back(read_run(entry, trials));
  return suite;
}

Result<Suite> load_suite_file(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text.ok()) return usage_error(text.error().where, text.error().message);
  return load_suite(*text, path.string());
}

}  // namespace hadrill
