#include "page/report_page.hpp"

#include <fmt/format.h>

#include "history/servers_seen.hpp"
#include "page/assets.hpp"
#include "page/document.hpp"
#include "page/timeline_data.hpp"

namespace hadrill {
namespace {

/// The library without the comment that names a file which is not there.
std::string library_script() {
  std::string text(chart_library_script());
  const std::size_t at = text.rfind("//# sourceMappingURL=");
  if (at != std::string::npos) text.resize(at);
  return text;
}

std::string library_style() {
  std::string text(chart_library_style());
  const std::size_t at = text.rfind("/*# sourceMappingURL=");
  if (at != std::string::npos) text.resize(at);
  return text;
}

std::string own_script() {
  std::string text = "(() => {\n'use strict';\n";
  for (const std::string_view part : {page_script_axis(), page_script_timeline(), page_script_pointer(),
                                      page_script_latency(), page_script_worst(), page_script_main()})
    text += part;
  return text + "})();\n";
}

std::string static_sections(const RunContext& run, const Verdict& verdict, const PageExtras& extras) {
  Html html;
  html.append(worst_section(verdict))
      .append(findings_section(verdict, extras.counterexamples))
      .append(probers_section(verdict))
      .append(leaders_section(verdict))
      .append(trust_section(run, verdict))
      .append(environment_section(run, extras.environment))
      .append(reproduce_section(run));
  return html.str();
}

}  // namespace

Result<std::string> report_page(const RunContext& run, const Verdict& verdict, SampleStream& samples,
                                const PageExtras& extras) {
  const auto axis = axis_of(run, verdict, samples);
  if (!axis.ok()) return axis.error();
  const BinGrid grid(*axis);
  const auto seen = servers_seen(run.events);
  const auto sketch = sketch_samples(samples, *axis, grid, seen);
  if (!sketch.ok()) return sketch.error();

  const std::string library = library_script();
  const std::string script = own_script();
  const std::string library_css = library_style();
  const std::string style = std::string(page_base_style()) + std::string(page_style());
  return fill_template(page_template(),
                       {{"POLICY", page_policy({{library, script}, {library_css, style}})},
                        {"TITLE", escape_html(fmt::format("{}: {}", run.scenario.name, to_string(verdict.judgement)))},
                        {"LIBRARY_STYLE", library_css},
                        {"STYLE", style},
                        {"HEADER", header_section(run, verdict).str()},
                        {"SLOS", slo_section(verdict).str()},
                        {"PHASES", phases_section(run, verdict).str()},
                        {"SECTIONS", static_sections(run, verdict, extras)},
                        {"LICENCE", escape_html(chart_library_licence())},
                        {"DATA", script_json(page_data(run, verdict, *axis, grid, *sketch))},
                        {"LIBRARY", library},
                        {"SCRIPT", script}});
}

}  // namespace hadrill
