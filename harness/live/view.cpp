#include "live/view.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>
#include <utility>

namespace hadrill::live {
namespace {

using namespace std::chrono_literals;

/// Four times a second is as often as anybody reads.
constexpr auto kBetweenFrames = 250ms;
constexpr auto kNoticeLasts = 4s;

}  // namespace

/// Stands in for the program's log while the terminal shows something else. What the terminal would have shown is kept
/// and printed afterwards; a log that goes elsewhere goes on doing so.
class View::LogKeeper {
 public:
  explicit LogKeeper(Feed& feed) : before_(spdlog::default_logger()) {
    sink_ = std::make_shared<Sink>(feed, isatty(STDERR_FILENO) == 1 ? nullptr : before_);
    auto logger = std::make_shared<spdlog::logger>("hadrill", sink_);
    logger->set_pattern("%H:%M:%S %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~LogKeeper() {
    spdlog::set_default_logger(before_);
    std::fwrite(sink_->kept.data(), 1, sink_->kept.size(), stderr);
    std::fflush(stderr);
  }
  LogKeeper(const LogKeeper&) = delete;
  LogKeeper& operator=(const LogKeeper&) = delete;

 private:
  struct Sink final : spdlog::sinks::base_sink<std::mutex> {
    Sink(Feed& to, std::shared_ptr<spdlog::logger> elsewhere) : feed(to), beside(std::move(elsewhere)) {}

    void sink_it_(const spdlog::details::log_msg& message) override {
      spdlog::memory_buf_t line;
      formatter_->format(message, line);
      std::string text(line.data(), line.size());
      if (beside) {
        beside->log(message.level, message.payload);
      } else {
        kept += text;
      }
      while (!text.empty() && text.back() == '\n') text.pop_back();
      feed.say(std::move(text));
    }
    void flush_() override {}

    Feed& feed;
    std::shared_ptr<spdlog::logger> beside;
    std::string kept;
  };

  std::shared_ptr<spdlog::logger> before_;
  std::shared_ptr<Sink> sink_;
};

View::View(Announcement announced, Wishes wishes, const Clock& clock, bool colour)
    : board_(std::move(announced)),
      wishes_(std::move(wishes)),
      clock_(clock),
      painter_(colour),
      log_(std::make_unique<LogKeeper>(feed_)),
      terminal_(std::make_unique<Terminal>()),
      thread_([this] { serve(); }) {}

View::~View() {
  stop_.raise();
  thread_.join();
  // The terminal is itself again before what was kept is printed to it.
  terminal_.reset();
  log_.reset();
}

void View::serve() {
  while (!stop_.raised()) {
    draw();
    const std::string typed = terminal_->read(kBetweenFrames, stop_);
    for (const Key key : keys_.read(typed)) hear(key);
  }
}

void View::draw() {
  // Also when nobody sees it: the feed has room for a few seconds.
  feed_.drain(board_);
  if (!terminal_->visible()) return;
  const Size size = terminal_size();
  if (size != size_ || terminal_->taken() != taken_) painter_.forget();
  size_ = size;
  taken_ = terminal_->taken();
  if (clock_.now() >= notice_until_) panel_.notice.clear();
  const std::string bytes = painter_.paint(render(board_.snapshot(clock_.now()), size, panel_));
  if (!bytes.empty() && !terminal_->write(bytes)) painter_.forget();
}

void View::hear(Key key) {
  const auto say = [this](const char* notice) {
    panel_.notice = notice;
    notice_until_ = clock_.now() + kNoticeLasts;
  };
  const bool had_panel = panel_.help || panel_.errors;
  switch (key) {
    case Key::abort:
      // More than once would mean to leave healing to the agents: for that there is Ctrl-C.
      if (!std::exchange(aborting_, true)) wishes_.abort();
      return say("aborting: everything is healed, then what was seen is reported");
    case Key::heal:
      if (!board_.in_force()) return say("nothing is broken now: a aborts");
      wishes_.heal();
      return say("heal now: asked for; progress tells what comes of it");
    case Key::redraw:
      return painter_.forget();
    case Key::help:
    case Key::errors:
      panel_.help = key == Key::help && !panel_.help;
      panel_.errors = key == Key::errors && !panel_.errors;
      return;
    case Key::other:
      panel_.help = panel_.errors = false;
      if (!had_panel) say("no such key: ? tells which there are");
      return;
  }
}

}  // namespace hadrill::live
