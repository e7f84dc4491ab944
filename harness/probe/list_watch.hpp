// Owns one list of objects of the API and the watch that goes on from it, asked for again from where it ended. What the
// objects mean is up to who derives from it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probe/companion.hpp"

namespace hadrill {

/// A watch, with bookmarks, of what the list at `path` has, from `version` on.
std::string watch_path(const std::string& path, std::int64_t version);

class ListWatch : public Companion {
 public:
  /// Between the end of a stream and the next request: adds at most this to a gap in the stream.
  static constexpr Duration kPause = std::chrono::milliseconds(200);
  static constexpr Duration kListTimeout = std::chrono::seconds(5);

  Instant due() const final;
  void act(Instant now, Courier& courier) final;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) final;
  /// What slots do is nothing to wait for.
  bool settled() const final { return true; }
  void stop(Courier& courier) final;

 protected:
  /// What a line of the stream says beside what it says of an object.
  struct Line {
    enum class Kind {
      told,     ///< everything up to `version` has been told
      expired,  ///< the watch cannot go on from its version: a list has to say what there is
      failed,   ///< the server gave up
    };
    Kind kind = Kind::told;
    std::int64_t version = 0;
    std::string reason = {};  ///< of expired and failed
  };

  /// `path`: of the list, which may have a query. `longest_silence`: without a byte for this long, before and after the
  /// first one, a stream is given up. `longest_line`: in bytes.
  ListWatch(std::string base, std::string path, Duration longest_silence, std::size_t longest_line)
      : base_(std::move(base)),
        path_(std::move(path)),
        longest_silence_(longest_silence),
        longest_line_(longest_line) {}

  /// A list that was answered; its version, nullopt: it is none, or not whole.
  virtual std::optional<std::int64_t> take_list(const std::string& body, Instant at) = 0;
  /// A line; nullopt: it is none of a watch.
  virtual std::optional<Line> take_object(std::string_view line, Instant at) = 0;
  /// `state`: "opened", "ended" or "expired"; `version`: up to which everything has been told.
  virtual void stream(const char* state, std::int64_t version, const std::string& reason, Instant at) = 0;

 private:
  enum class State { idle, listing, watching };

  void list_ended(const http::Transfer& transfer);
  void watch_ended(const http::Transfer& transfer);
  void take(std::string_view piece, Instant at);
  void take_line(std::string_view line, Instant at);

  std::string base_;
  std::string path_;
  Duration longest_silence_;
  std::size_t longest_line_;
  State state_ = State::idle;
  std::uint64_t ticket_ = 0;
  Instant next_;                         ///< idle: when to ask
  Instant asked_;                        ///< watching: when it was
  std::optional<std::int64_t> version_;  ///< everything up to it was told; nullopt: a list has to say
  std::string buffer_;                   ///< of a line that is not whole yet
  bool heard_ = false;
  bool expired_ = false;
  bool cancelled_ = false;
  bool stopped_ = false;
  std::string trouble_;  ///< why it is given up
};

}  // namespace hadrill
