#include "report/markdown.hpp"

#include <catch2/catch.hpp>

#include "report/suite_report.hpp"

using namespace hadrill;

namespace {

/// What a renderer of CommonMark shows of escaped text; what is not escaped and special is an error.
std::string shown(const std::string& markdown) {
  std::string out;
  for (std::size_t at = 0; at < markdown.size(); ++at) {
    const std::string rest = markdown.substr(at);
    if (markdown[at] == '\\') {
      REQUIRE(at + 1 < markdown.size());
      out += markdown[++at];
    } else if (rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;")) {
      out += rest[1] == 'a' ? '&' : rest[1] == 'l' ? '<' : '>';
      at += rest.find(';');
    } else if (rest.starts_with("@<!-- -->")) {
      out += '@';
      at += 8;
    } else {
      INFO("unescaped in " << markdown);
      CHECK(std::string("\\`*~[]#|$&<>@").find(markdown[at]) == std::string::npos);
      out += markdown[at];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("hostile text is shown as it is, whatever it tries to be") {
  for (const char* text : {"<script>alert(1)</script>",
                           "<img src=x onerror=alert(1)>",
                           "<!-- gone",
                           "</details></table>",
                           "&lt;b&gt;",
                           "[click](https://evil.example/)",
                           "![x](https://evil.example/x.png)",
                           "`code`",
                           "```",
                           "# heading",
                           "**bold**",
                           "~~gone~~",
                           "| a | b |",
                           "\\| a",
                           "\\",
                           "$x^2$",
                           "@everyone",
                           "a@b.example",
                           "https://evil.example",
                           "1. one",
                           "--- ",
                           "=====",
                           "+ item",
                           "_all of it_",
                           "[ref]: https://evil.example"}) {
    INFO(text);
    CHECK(shown(markdown_text(text)) == text);
  }
}

TEST_CASE("addresses are no links, and only those are touched") {
  CHECK(markdown_text("see https://evil.example") == "see https\\://evil.example");
  CHECK(markdown_text("www.evil.example") == "www\\.evil.example");
  CHECK(markdown_text("cp1:6443 took 1.204 s") == "cp1:6443 took 1.204 s");
}

TEST_CASE("text stays in its line, and moves no cursor") {
  CHECK(markdown_text("a\nb\r\n# c") == "a b  \\# c");
  CHECK(markdown_text("\x1b[2J") == "?\\[2J");
  CHECK(markdown_text("\xE2\x80\xAEgnp.exe") == "?gnp.exe");
}

TEST_CASE("what harmless findings say is not touched") {
  for (const char* text : {"0.500 s to 3.000 s", "at most 5.0 s", "api.read.new.longest_outage: measured",
                           "7 reset, 6 http_status", "apiserver-kill", "kube-scheduler on cp1 (the leader)"}) {
    CHECK(markdown_text(text) == text);
  }
  CHECK(markdown_text("_x_ and a _b") == "\\_x\\_ and a \\_b");
  CHECK(markdown_text("2 nodes, 1. first") == "2 nodes, 1. first");
}

TEST_CASE("nothing that a cluster answered is markup in a suite's Markdown") {
  const std::string evil = "<img src=x onerror=alert(1)>\n\n# Passed | [all](https://evil.example) `x`";
  Finding finding;
  finding.id = "run";
  finding.judgement = Judgement::error;
  finding.text = evil;
  Verdict verdict;
  verdict.judgement = Judgement::error;
  verdict.findings = {finding};
  const std::vector<SuiteTrial> trials{{evil, evil, 1, {}, "runs/x", verdict, {}},
                                       {"b", "nginx", 1, {}, {}, std::nullopt, evil}};
  const std::string text = suite_markdown({evil, "2026-01-31T12:00:00.000Z", evil, 7}, trials);
  for (const char* wrong : {"<img", "\n#", "[all](", " | [", "`x`", "https://"}) {
    INFO(wrong);
    CHECK(text.find(wrong) == std::string::npos);
  }
  CHECK(text.find("&lt;img src=x onerror=alert(1)&gt;") != std::string::npos);
}
