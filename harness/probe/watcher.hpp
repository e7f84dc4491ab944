// Owns one watcher: a stream of what happens to our objects, asked for again from where it ended, as controllers do.
#pragma once

#include <optional>
#include <string>

#include "probe/audit_access.hpp"
#include "probe/companion.hpp"

namespace hadrill {

/// Records what it is told in operations.jsonl. After a stream ends, for whatever reason, it asks for what comes after
/// the last version it has seen; only after 410 Gone does it list again and start from the list's version.
class Watcher final : public Companion {
 public:
  /// Between the end of a stream and the next request: adds at most this to a gap in the stream.
  static constexpr Duration kPause = std::chrono::milliseconds(100);
  /// Without a byte for this long after the request, it is given up: with writes going on there is always something.
  static constexpr Duration kOpeningTimeout = std::chrono::seconds(5);
  /// A stream that was alive is given up after this long without a byte, as client-go's is (HTTP/2 ping after 30 s
  /// without a frame, 15 s to answer it).
  static constexpr Duration kSilenceTimeout = std::chrono::seconds(45);
  static constexpr Duration kListTimeout = std::chrono::seconds(10);
  /// An object is below 2 kB; etcd's own limit is 1.5 MiB.
  static constexpr std::size_t kLongestLine = 2UL * 1024 * 1024;

  Watcher(std::string base, std::uint16_t vantage, AuditAccess access)
      : base_(std::move(base)), vantage_(vantage), access_(access) {}

  Instant due() const override;
  void act(Instant now, Courier& courier) override;
  void ended(std::uint64_t ticket, const http::Transfer& transfer) override;
  bool settled() const override { return version_ && *version_ >= access_.registers.newest(); }
  void stop(Courier& courier) override;

 private:
  enum class State { idle, listing, watching };

  void ask(Instant now, Courier& courier);
  void list_ended(const http::Transfer& transfer);
  void watch_ended(const http::Transfer& transfer);
  void take(std::string_view piece, Instant at);
  void take_line(std::string_view line, Instant at);
  void record(WatchStep step, Instant at, Version version = 0, const RegisterState& state = {});

  std::string base_;
  std::uint16_t vantage_;
  AuditAccess access_;
  State state_ = State::idle;
  std::uint64_t ticket_ = 0;
  Instant next_;                    ///< idle: when to ask
  Instant asked_;                   ///< watching: when it was
  std::optional<Version> version_;  ///< everything up to it was seen; nullopt: a list has to say
  std::string buffer_;              ///< of a line that is not whole yet
  bool heard_ = false;              ///< watching: something came
  bool given_up_ = false;           ///< cancelled by us, or about to be
  bool expired_ = false;
  bool stopped_ = false;
  std::string trouble_;  ///< why it was given up
};

}  // namespace hadrill
