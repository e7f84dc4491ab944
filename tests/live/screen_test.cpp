// Screens byte for byte. After a change that is meant: HADRILL_UPDATE_GOLDEN=1 bin/test_live, then look at them.
#include "live/screen.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "live/painter.hpp"
#include "live/stored.hpp"
#include "page/stories.hpp"

using namespace hadrill;
using namespace hadrill::test;
using live::Board;
using live::Line;
using live::Panel;
using live::Size;
using live::Snapshot;

namespace {

namespace fs = std::filesystem;

std::string text_of(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    std::string one = live::plain_text(line);
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  }
  return text;
}

void check_golden(const std::string& file, const std::string& text) {
  const fs::path path = fs::path(HADRILL_SOURCE_DIR) / "tests/live/golden" / (file + ".txt");
  if (std::getenv("HADRILL_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, text).ok());
  const auto golden = read_file(path);
  REQUIRE(golden.ok());
  INFO(path.string());
  CHECK(text == *golden);
}

const RunRecord& sample_run() {
  static const RunRecord record = read_stored(fs::path(HADRILL_SOURCE_DIR) / "reports/sample").value();
  return record;
}

Snapshot sample_at(Duration since_t0, const std::string& hypothesis = "") {
  const Instant when = Instant{6128162063130} + since_t0;
  Board board({sample_run().scenario, "hadrill-s", 500, hypothesis});
  board.say("09:54:20 scenario apiserver-kill, seed 500, run directory runs/apiserver-kill/20261127T095417Z");
  board.say("09:54:37 kill: send SIGKILL to kube-apiserver on hadrill-s-control-plane");
  Replay replay(sample_run());
  replay.play(board, when);
  return board.snapshot(when);
}

/// Everything in it calls itself something evil.
Snapshot hostile_snapshot() {
  RunRecord record = hostile_run();
  record.scenario.name = hostile_strings()[5];
  record.samples.header.probers[0].name = "\x1b[2J\x1b]0;owned\x07 prober";
  Board board({record.scenario, "", 1, "\x1b[31m\xC2\x9B"});
  board.say("\x1b[2Jline \xE2\x80\xAE");
  const Instant when = kT0 + Duration(3s);
  Replay(record).play(board, when);
  return board.snapshot(when);
}

}  // namespace

TEST_CASE("golden screens") {
  const Size usual{80, 24};
  check_golden("steady-80x24", text_of(render(sample_at(-5s), usual, {})));
  check_golden("broken-80x24", text_of(render(sample_at(2500ms), usual, {})));
  check_golden("recovering-80x24", text_of(render(sample_at(12s, "some reads fail"), usual, {})));
  check_golden("over-80x24", text_of(render(sample_at(35s), usual, {})));
  check_golden("broken-120x40", text_of(render(sample_at(2500ms, "some reads fail"), {120, 40}, {})));
  check_golden("broken-200x60", text_of(render(sample_at(2500ms), {200, 60}, {})));
  check_golden("broken-40x12", text_of(render(sample_at(2500ms), {40, 12}, {})));
  check_golden("help-80x24", text_of(render(sample_at(2500ms), usual, {true, false, ""})));
  check_golden("errors-80x24", text_of(render(sample_at(12s), usual, {false, true, ""})));
  check_golden("notice-80x24",
               text_of(render(sample_at(12s), usual, {false, false, "nothing is broken now: a aborts"})));
}

TEST_CASE("every screen has exactly its rows and columns, whatever its size") {
  for (const Snapshot& snapshot : {sample_at(-5s), sample_at(2500ms, "x"), hostile_snapshot(), Snapshot{}}) {
    for (std::size_t columns : {1U, 2U, 10U, 39U, 40U, 59U, 60U, 80U, 155U, 156U, 250U}) {
      for (std::size_t rows : {1U, 2U, 3U, 5U, 8U, 12U, 24U, 80U}) {
        for (const Panel& panel :
             {Panel{}, Panel{true, false, ""}, Panel{false, true, ""}, Panel{false, false, "no"}}) {
          INFO(columns << "x" << rows);
          const std::vector<Line> lines = render(snapshot, {columns, rows}, panel);
          REQUIRE(lines.size() == rows);
          for (const Line& line : lines) REQUIRE(live::width_of(line) == columns);
        }
      }
    }
  }
}

TEST_CASE("colour is never the only thing that tells: without it every word is there") {
  const std::string text = text_of(render(sample_at(2500ms), {80, 24}, {}));
  for (const char* word : {"BROKEN", "DOWN", "kept so far", "spares:", "T0 in force", "preliminary"}) {
    INFO(word);
    CHECK(text.find(word) != std::string::npos);
  }
}

TEST_CASE("without colour only bold and reverse are used") {
  for (const Line& line : render(sample_at(2500ms), {80, 24}, {})) {
    const std::string bytes = live::painted(line, false);
    for (std::size_t at = bytes.find("\x1b["); at != std::string::npos; at = bytes.find("\x1b[", at + 1)) {
      const std::string code = bytes.substr(at + 2, bytes.find('m', at) - at - 2);
      CHECK((code == "0" || code == "1" || code == "7"));
    }
  }
  CHECK(live::painted({{"x", live::Ink::bad}}, true) == "\x1b[1;31mx\x1b[0m");
}

TEST_CASE("nothing that a cluster says reaches the terminal as more than letters") {
  for (const Line& line : render(hostile_snapshot(), {120, 60}, {false, false, ""})) {
    for (const live::Span& span : line) {
      const std::string bytes = live::painted({span}, true);
      // What is left when our own sequences are taken away.
      const std::string text = live::plain_text({span});
      for (const char byte : text) CHECK((static_cast<unsigned char>(byte) >= ' ' && byte != 0x7F));
      CHECK(text.find("\xC2\x9B") == std::string::npos);
      CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
      CHECK(std::count(bytes.begin(), bytes.end(), '\x1b') <= 2);
    }
  }
}

TEST_CASE("the painter writes what changed, and everything after it was told to forget") {
  live::Painter painter(false);
  const std::vector<Line> first{{{"one"}}, {{"two"}}};
  CHECK(painter.paint(first) == "\x1b[0m\x1b[2J\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K");
  CHECK(painter.paint(first).empty());
  CHECK(painter.paint({{{"one"}}, {{"2"}}}) == "\x1b[2;1H2\x1b[K");
  painter.forget();
  CHECK(painter.paint(first).find("one") != std::string::npos);
}
