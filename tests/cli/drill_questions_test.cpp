#include "cli/drill_questions.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "base/file.hpp"
#include "cli/scenario_text.hpp"
#include "document/yaml_files.hpp"
#include "report/columns.hpp"
#include "scenario/load.hpp"

using namespace hadrill;
using namespace hadrill::cli;
using namespace std::chrono_literals;

namespace {

/// Somebody who types these lines, and then no more.
class FakeConsole final : public Console {
 public:
  explicit FakeConsole(std::deque<std::string> answers) : answers_(std::move(answers)) {}

  void print(const std::string& text) override { shown += text; }
  std::optional<std::string> ask(const std::string& prompt) override {
    shown += prompt;
    if (answers_.empty()) return std::nullopt;
    std::string answer = answers_.front();
    answers_.pop_front();
    shown += answer + "\n";
    return answer;
  }
  std::size_t columns() const override { return 80; }

  bool asked(const std::string& text) const { return shown.find(text) != std::string::npos; }

  std::string shown;

 private:
  std::deque<std::string> answers_;
};

const std::vector<Choice> kChoices{{"apiserver-kill", "api", "SIGKILL of one API server", 4min},
                                   {"apiserver-pause", "api", "One hangs", 5min},
                                   {"etcd-leader-kill", "etcd", std::string(200, 'x'), 330s}};

std::optional<std::string> chosen(std::deque<std::string> answers) {
  FakeConsole console(std::move(answers));
  return choose_scenario(console, kChoices);
}

}  // namespace

TEST_CASE("a scenario is chosen by number, name or a part that only it has") {
  CHECK(chosen({"3"}) == "etcd-leader-kill");
  CHECK(chosen({" apiserver-kill "}) == "apiserver-kill");
  CHECK(chosen({"LEADER"}) == "etcd-leader-kill");
  CHECK(chosen({"hangs"}) == "apiserver-pause");
}

TEST_CASE("a part that several have shows those with the numbers they have, and asks again") {
  FakeConsole console({"apiserver", "2"});
  CHECK(choose_scenario(console, kChoices) == "apiserver-pause");
  const std::string again = console.shown.substr(console.shown.find("apiserver\n"));
  CHECK(again.find("   1  apiserver-kill") != std::string::npos);
  CHECK(again.find("   2  apiserver-pause") != std::string::npos);
  CHECK(again.find("etcd-leader") == std::string::npos);
}

TEST_CASE("what means nothing is asked again with the reason") {
  FakeConsole console({"0", "4", "99999999999999999999", "apiserver-kil1", ""});
  CHECK_FALSE(choose_scenario(console, kChoices));
  CHECK(console.asked("There is no scenario \"99999999999999999999\"."));
  CHECK(console.asked("Did you mean apiserver-kill?"));
}

TEST_CASE("nothing typed leaves, and so does the end of input") {
  CHECK_FALSE(chosen({""}));
  CHECK_FALSE(chosen({"  "}));
  CHECK_FALSE(chosen({}));
}

TEST_CASE("the list fits the terminal, tells pillar and time, and keeps its order") {
  FakeConsole console({});
  static_cast<void>(choose_scenario(console, kChoices));
  CHECK(console.asked("\napi\n   1  apiserver-kill     4 min  SIGKILL of one API server\n"));
  CHECK(console.asked("6 min"));
  std::size_t begin = 0;
  for (std::size_t end = console.shown.find('\n'); end != std::string::npos;
       begin = end + 1, end = console.shown.find('\n', begin))
    CHECK(end - begin <= 80);
}

TEST_CASE("yes, no, neither, and nobody there") {
  const auto answer = [](std::deque<std::string> typed, bool otherwise) {
    FakeConsole console(std::move(typed));
    return confirmed(console, "Begin?", otherwise);
  };
  CHECK(answer({"y"}, false));
  CHECK(answer({"YES"}, false));
  CHECK(answer({""}, true));
  CHECK_FALSE(answer({""}, false));
  CHECK_FALSE(answer({"n"}, true));
  CHECK(answer({"maybe", "y"}, false));
  CHECK_FALSE(answer({"maybe"}, true));
  CHECK_FALSE(answer({}, true));
}

TEST_CASE("the hypothesis is asked for; a bad duration is asked again with the reason") {
  FakeConsole console({"writes stall", "soon", "5 minutes", "5s"});
  const auto said = ask_hypothesis(console, std::nullopt, std::nullopt);
  REQUIRE(said);
  CHECK(said->text == "writes stall");
  CHECK(said->expected == 5s);
  CHECK(console.asked("soon"));
  CHECK(console.asked("1m30s"));
}

TEST_CASE("nothing need be said, what was said on the command line is not asked for, and no answer is none") {
  FakeConsole silent({"", ""});
  const auto nothing = ask_hypothesis(silent, std::nullopt, std::nullopt);
  REQUIRE(nothing);
  CHECK(nothing->text.empty());
  CHECK_FALSE(nothing->expected);

  FakeConsole told({});
  const auto known = ask_hypothesis(told, "x", 0s);
  REQUIRE(known);
  CHECK(known->expected == 0s);
  CHECK(told.shown.empty());

  FakeConsole gone({"x"});
  CHECK_FALSE(ask_hypothesis(gone, std::nullopt, std::nullopt));
}

TEST_CASE("the story is the comment at the top of a scenario") {
  CHECK(story_of("# yaml-language-server: $schema=x\n#\n# A title.\n#\n# One\n# two.\napiVersion: x\n# not this\n") ==
        "A title.\nOne two.");
  CHECK(story_of("apiVersion: x\n").empty());
  CHECK(story_of("#").empty());
}

TEST_CASE("every scenario can be told to somebody who is about to drill it, on any terminal") {
  const std::filesystem::path folder = std::filesystem::path(HADRILL_SOURCE_DIR) / "scenarios";
  for (const std::string& name : yaml_names(folder)) {
    const auto text = read_file(folder / (name + ".yaml"));
    const auto scenario = load_scenario(*text, name, {});
    REQUIRE(scenario.ok());
    INFO(name);
    for (const std::size_t columns : {40U, 80U, 200U}) {
      const std::string told = briefing(*scenario, story_of(*text), Blueprint{}, columns);
      CHECK(told.find(name) != std::string::npos);
      for (const Slo& slo : scenario->slos) CHECK((columns == 40 || told.find(slo.sli.text) != std::string::npos));
      std::size_t begin = 0;
      for (std::size_t end = told.find('\n'); end != std::string::npos; begin = end + 1, end = told.find('\n', begin))
        CHECK(width_of(told.substr(begin, end - begin)) <= std::max<std::size_t>(columns, 60));
    }
    CHECK_FALSE(pillar_of(*scenario).empty());
  }
}
