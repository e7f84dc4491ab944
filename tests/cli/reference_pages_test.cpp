// The reference pages are true: they name what there is, all of it, and nothing else.
#include <catch2/catch.hpp>
#include <regex>

#include "base/file.hpp"
#include "check/timeline.hpp"
#include "cli/app.hpp"
#include "document/yaml_files.hpp"
#include "fault/catalogue.hpp"
#include "scenario/load.hpp"
#include "scenario/schema.hpp"
#include "scenario/sli_definitions.hpp"
#include "support/markdown.hpp"

using namespace hadrill;
using namespace hadrill::test;
namespace fs = std::filesystem;

namespace {

using Names = std::set<std::string>;

const fs::path kSource = HADRILL_SOURCE_DIR;

std::string page(const std::string& name) { return read_file(kSource / "docs" / name).value(); }

/// Keys of all mappings that a schema describes.
void collect_keys(const Json& node, Names& keys) {
  if (!node.is_structured()) return;
  for (const auto& [key, member] : node.items()) {
    if (key == "properties") {
      for (const auto& property : member.items()) keys.insert(property.key());
    }
    collect_keys(member, keys);
  }
}

Names keys_of_scenarios() {
  Names keys;
  collect_keys(scenario_format().schema(), keys);
  return keys;
}

/// All faults that the schema knows, those included that are always refused.
Names faults_of_schema() {
  Names faults;
  for (const Json& entry : json_array(scenario_format().schema(), "/definitions/inject/allOf"))
    faults.insert(json_text(entry, "/if/properties/fault/const"));
  return faults;
}

Names parameters_of(const std::string& fault) {
  Names names;
  const Json parameters = fault_parameters(fault);
  for (const auto& parameter : parameters.items()) names.insert(parameter.key());
  return names;
}

/// "a.b.c" and "{a: b}" as their words.
Names words_of(const std::string& code) {
  Names words;
  const std::regex word("[A-Za-z0-9-]+");
  for (std::sregex_iterator at(code.begin(), code.end(), word), end; at != end; ++at) words.insert(at->str());
  return words;
}

Names files_in(const fs::path& folder) {
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

/// The first block of YAML in a page.
std::string yaml_in(const std::string& text) {
  const std::string fence = "```yaml\n";
  const std::size_t begin = text.find(fence) + fence.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

/// All texts that are one line shorter.
std::vector<std::string> with_a_line_less(const std::string& text) {
  std::vector<std::string> shorter;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    shorter.push_back(text.substr(0, begin) + text.substr(end));
    begin = end;
  }
  return shorter;
}

/// All matches of `pattern` in the user's pages.
Names mentioned(const std::string& pattern) {
  Names found;
  const std::regex wanted(pattern);
  std::vector<fs::path> pages{kSource / "README.md"};
  for (const auto& entry : fs::directory_iterator(kSource / "docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  for (const fs::path& one : pages) {
    const std::string text = read_file(one).value();
    for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at) found.insert(at->str());
  }
  return found;
}

}  // namespace

TEST_CASE("the scenario reference names every key of the schema, and no other") {
  const std::string reference = page("scenario-reference.md");
  const Names keys = keys_of_scenarios();
  Names written;
  for (const std::string& code : code_in(reference)) written.merge(words_of(code));
  for (const std::string& key : keys) {
    INFO(key);
    CHECK(written.count(key) == 1);
  }
  for (const std::string& dotted : code_of_column(rows_below(reference, "key"), 0)) {
    for (const std::string& word : words_of(dotted)) {
      INFO(dotted);
      CHECK(keys.count(word) == 1);
    }
  }
}

TEST_CASE("the scenario reference has a row for every fault, with its parameters") {
  const std::string reference = page("scenario-reference.md");
  const auto rows = rows_below(reference, "fault");
  CHECK(code_of_column(rows, 0) == faults_of_schema());
  Names all;
  for (const Cells& cells : rows) {
    const std::string fault = *code_in(cells.at(0)).begin();
    INFO(fault);
    CHECK(code_in(cells.at(3)) == parameters_of(fault));
    all.merge(parameters_of(fault));
  }
  CHECK(code_of_column(rows_below(reference, "parameter"), 0) == all);
}

TEST_CASE("the fault reference has a row for every fault, with its parameters") {
  const auto rows = rows_below(page("fault-reference.md"), "fault");
  CHECK(code_of_column(rows, 0) == faults_of_schema());
  for (const Cells& cells : rows) {
    Names written;
    for (const std::string& cell : cells) written.merge(code_in(cell));
    for (const std::string& fault : code_in(cells.at(0))) {
      for (const std::string& parameter : parameters_of(fault)) {
        INFO(fault << ": " << parameter);
        CHECK(written.count(parameter) == 1);
      }
    }
  }
}

TEST_CASE("the scenario in the README is a whole one, and no line of it can be missing") {
  const std::string text = yaml_in(read_file(kSource / "README.md").value());
  const Capabilities known{fault_names(), yaml_names(kSource / "kind-configs" / "topologies")};
  const auto scenario = load_scenario(text, "README.md", known);
  INFO((scenario.ok() ? text : scenario.error().text()));
  REQUIRE(scenario.ok());
  CHECK(breaks_something(*scenario));
  const std::vector<std::string> shorter = with_a_line_less(text);
  CHECK(shorter.size() > 8);
  for (const std::string& one : shorter) {
    INFO(one);
    const auto less = load_scenario(one, "README.md", known);
    // Without its inject step it is a control, and no failure story.
    CHECK((!less.ok() || !breaks_something(*less)));
  }
}

TEST_CASE("the catalogue has the faults that the schema does not refuse") {
  Names made;
  for (const std::string& fault : fault_names()) made.insert(fault);
  for (const std::string& fault : faults_of_schema()) {
    INFO(fault);
    CHECK(made.count(fault) == (fault_schema(fault).contains("x-refused") ? 0 : 1));
  }
}

TEST_CASE("scenario and SLI reference have a row for every SLI, and none for another") {
  Names slis;
  for (const SliDefinition& sli : sli_definitions()) slis.insert(sli.text());
  CHECK(code_of_column(rows_below(page("scenario-reference.md"), "`sli`"), 0) == slis);
  Names explained = code_of_column(rows_below(page("sli-reference.md"), "SLI"), 0);
  explained.erase("api.*");  // not one of its own: of all probers through the load balancer
  CHECK(explained == slis);
}

TEST_CASE("every exit code is explained wherever exit codes are") {
  namespace code = cli::exit_code;
  Names codes;
  for (const int one : {code::pass, code::missed, code::inconclusive, code::aborted, code::cleanup_incomplete,
                        code::infrastructure, code::usage, code::interrupted})
    codes.insert(std::to_string(one));
  for (const char* name : {"architecture.md", "ci.md"}) {
    INFO(name);
    Names written;
    for (const Cells& cells : rows_below(page(name), "code")) written.insert(cells.front());
    CHECK(written == codes);
  }
  const std::string manual = page("man/hadrill.1.in");
  const std::size_t begin = manual.find(".SH EXIT STATUS");
  const std::string section = manual.substr(begin, manual.find(".SH ENVIRONMENT") - begin);
  Names written;
  const std::regex entry(R"(\.B (\d+))");
  for (std::sregex_iterator at(section.begin(), section.end(), entry), end; at != end; ++at) written.insert(at->str(1));
  CHECK(written == codes);
}

TEST_CASE("every artefact schema is named in a page, and no page names one that is not there") {
  Names schemas = files_in(kSource / "reports" / "schema");
  const Names named = mentioned(R"(reports/schema/[a-z.-]+\.(schema\.json|xsd))");
  for (const std::string& schema : schemas) {
    INFO(schema);
    CHECK(named.count("reports/schema/" + schema) == 1);
  }
  for (const std::string& path : named) {
    INFO(path);
    CHECK(fs::exists(kSource / path));
  }
}

TEST_CASE("every scenario, suite and topology tells editors its schema") {
  const std::string hint = "# yaml-language-server: $schema=";
  for (const char* folder : {"scenarios", "scenarios/suites", "kind-configs/topologies"}) {
    for (const std::string& name : yaml_names(kSource / folder)) {
      INFO(folder << "/" << name);
      const std::string text = read_file(kSource / folder / (name + ".yaml")).value();
      REQUIRE(text.starts_with(hint));
      CHECK(fs::exists(kSource / folder / text.substr(hint.size(), text.find('\n') - hint.size())));
    }
  }
}
