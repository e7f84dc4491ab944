#include "index/index_page.hpp"

#include "index/assets.hpp"
#include "index/history.hpp"
#include "index/link.hpp"
#include "index/sections.hpp"
#include "page/assets.hpp"
#include "page/document.hpp"

namespace hadrill::index {

std::string index_page(const Root& root) {
  const Overview overview = overview_of(root);
  const std::string style = std::string(page_base_style()) + std::string(index_style());
  return fill_template(index_template(), {{"POLICY", page_policy({{}, {style}})},
                                          {"TITLE", escape_html("hadrill: " + word_of(overview))},
                                          {"STYLE", style},
                                          {"SHAPES", shapes().str()},
                                          {"TOP", top_section(overview).str()},
                                          {"MATRIX", matrix_section(overview, root).str()},
                                          {"HISTORY", history_section(overview, compare_history(root)).str()},
                                          {"SUITES", suites_section(root).str()}});
}

}  // namespace hadrill::index
