#include "page/report_page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "history/servers_seen.hpp"
#include "page/assets.hpp"
#include "page/timeline_data.hpp"

namespace hadrill {
namespace {

/// "sha256-...", by which the page's policy knows what it may run.
std::string policy_hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length));
  return fmt::format("'sha256-{}'", std::string(encoded.begin(), encoded.begin() + size));
}

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

std::string filled(std::string_view name, const std::vector<std::pair<std::string_view, std::string>>& parts) {
  for (const auto& [key, value] : parts) {
    if (key == name) return value;
  }
  return fmt::format("@{}@", name);
}

/// The template with its @NAMES@ filled in, each once and in one pass: what is put in is never looked at again.
std::string fill(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& parts) {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find('@');
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('@', begin + 1);
    if (end == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, begin)).append(filled(text.substr(begin + 1, end - begin - 1), parts));
    text.remove_prefix(end + 1);
  }
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
  const std::string style(page_style());
  return fill(
      page_template(),
      {{"POLICY",
        fmt::format("default-src 'none'; script-src {} {}; style-src {} {}; base-uri 'none'; form-action 'none'",
                    policy_hash(library), policy_hash(script), policy_hash(library_css), policy_hash(style))},
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
