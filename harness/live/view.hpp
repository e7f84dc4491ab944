// Owns the live view of a run: a thread that draws what the board tells, hears the keys, and keeps the lines of
// progress for afterwards. It only watches: a run is the same without it.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "live/feed.hpp"
#include "live/keys.hpp"
#include "live/painter.hpp"
#include "live/screen.hpp"
#include "live/terminal.hpp"

namespace hadrill::live {

/// What the keys do; called from the view's thread.
struct Wishes {
  std::function<void()> abort;
  std::function<void()> heal;
};

class View {
 public:
  /// Takes the terminal until it is destroyed. While it lives, lines of progress (spdlog's) that would go to the
  /// terminal are shown in it; they are printed when it ends.
  View(Announcement announced, Wishes wishes, const Clock& clock, bool colour);
  ~View();
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  HistoryWatcher& watcher() { return feed_; }

 private:
  class LogKeeper;

  void serve();
  void draw();
  void hear(Key key);

  Feed feed_;
  Board board_;
  Wishes wishes_;
  const Clock& clock_;
  Painter painter_;
  KeyReader keys_;
  Panel panel_;
  Instant notice_until_;
  Size size_;
  std::uint64_t taken_ = 0;
  bool aborting_ = false;
  std::unique_ptr<LogKeeper> log_;
  std::unique_ptr<Terminal> terminal_;
  Interrupt stop_;
  std::jthread thread_;  ///< last, so gone first
};

}  // namespace hadrill::live
