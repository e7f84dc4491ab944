// The near end against an agent made of two pipes: what it must not believe, and its limits.
#include <fcntl.h>
#include <sys/resource.h>

#include "bench.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::tunnel;
using namespace hadrill::agent;
using namespace std::chrono_literals;

namespace {

/// A mux in a thread, and the far ends of its pipes.
class PipedMux {
 public:
  explicit PipedMux(PulseLimits limits = {10min, 10min}) {
    REQUIRE(pipe2(to_near_.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    REQUIRE(pipe2(to_far_.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    far_ = std::make_unique<FramePipe>(to_far_[0], to_near_[1]);
    mux_ = std::make_unique<Mux>(to_near_[0], to_far_[1], inbox_, pulse_, limits);
    put_hello(put(), {});
    send();
    REQUIRE(mux_->greet(MonotonicClock().now() + 10s, Interrupt::never()).ok());
    inbox_.open();
    thread_ = std::jthread([this] { why_ = mux_->run(stop_); });
    REQUIRE(next().type == FrameType::hello);
    REQUIRE(next().type == FrameType::ping);
  }
  ~PipedMux() {
    stop_.raise();
    thread_ = {};
    for (const int end : {to_near_[0], to_near_[1], to_far_[0], to_far_[1]}) close(end);
  }
  PipedMux(const PipedMux&) = delete;
  PipedMux& operator=(const PipedMux&) = delete;

  std::string& put() { return far_->frames(); }
  void send() {
    while (far_->flush() == FramePipe::Flushed::blocked) REQUIRE(wait_for(to_near_[1], POLLOUT));
  }
  Frame next() {
    Frame frame;
    while (far_->next(frame) != FrameReader::Found::frame) {
      REQUIRE(wait_for(to_far_[0], POLLIN));
      REQUIRE(far_->fill() == FramePipe::Filled::some);
    }
    return frame;
  }
  int far_input() const { return to_far_[0]; }
  /// A stream that was asked for and whose client is connected.
  std::unique_ptr<Client> client(std::uint64_t ticket) {
    auto made = refused_client(ticket);
    REQUIRE(next().type == FrameType::open);
    return made;
  }
  /// The same, but nobody waits for the agent to hear of it.
  std::unique_ptr<Client> refused_client(std::uint64_t ticket) {
    auto record = std::make_shared<StreamRecord>(MonotonicClock().now());
    auto pair = NearSocket::make();
    REQUIRE(pair);
    OpenRequest request{ticket, {INADDR_LOOPBACK, 80, ""}, std::move(pair->near), record};
    REQUIRE_FALSE(inbox_.put(request));
    auto stream = std::make_unique<Stream>(ticket, std::move(pair->client), record,
                                           std::shared_ptr<Pulse>(&pulse_, [](Pulse*) {}),
                                           std::shared_ptr<Inbox>(&inbox_, [](Inbox*) {}));
    return std::make_unique<Client>(std::move(stream));
  }
  /// Why it ended, once it has.
  std::string why() {
    thread_ = {};
    return why_;
  }
  void stop() { stop_.raise(); }

 private:
  std::array<int, 2> to_near_{};
  std::array<int, 2> to_far_{};
  std::unique_ptr<FramePipe> far_;
  Inbox inbox_;
  Pulse pulse_;
  Interrupt stop_;
  std::unique_ptr<Mux> mux_;
  std::string why_;
  std::jthread thread_;
};

}  // namespace

TEST_CASE("an agent that breaks the protocol is not believed, and its streams are nobody's outage") {
  PipedMux mux;
  const auto client = mux.client(kFirstTicket);
  std::string& out = mux.put();
  SECTION("no frames") { out = "OCI runtime exec failed"; }
  SECTION("a stream that was never opened") { put_data(out, 2, "x"); }
  SECTION("data before it is open") { put_data(out, 1, "x"); }
  SECTION("opened twice") {
    put_opened(out, 1, 1);
    put_opened(out, 1, 1);
  }
  SECTION("data after its finish") {
    put_opened(out, 1, 1);
    put_plain(out, FrameType::finish, 1);
    put_data(out, 1, "x");
  }
  SECTION("finish twice") {
    put_opened(out, 1, 1);
    put_plain(out, FrameType::finish, 1);
    put_plain(out, FrameType::finish, 1);
  }
  SECTION("anything after ended") {
    put_ended(out, 1, {EndedHow::dropped, 0, 1});
    put_opened(out, 1, 1);
  }
  SECTION("an end that is none") { put_ended(out, 1, {static_cast<EndedHow>(17), 0, 1}); }
  SECTION("credit nobody can have") {
    put_opened(out, 1, 1);
    put_credit(out, 1, 1);
  }
  SECTION("a frame of ours") { put_open(out, 1, {1, 1, ""}); }
  SECTION("a second hello") { put_hello(out, {}); }
  SECTION("an answer to nothing") { put_pong(out, {12345, 1}); }
  mux.send();
  CHECK(mux.why() == "the agent broke the tunnel protocol");
  const StreamReport report = client->report();
  CHECK(report.phase == Phase::ended);
  // The section that ended the stream first keeps what it said.
  CHECK((report.cause == Cause::channel_lost || report.cause == Cause::closed_here));
  CHECK(read_until_failure(client->socket()) == 0);
}

TEST_CASE("more data than there is credit for is a violation, and bounds what is held for a client") {
  PipedMux mux;
  const auto client = mux.client(kFirstTicket);
  put_opened(mux.put(), 1, 1);
  mux.send();
  // The client does not read: its socket takes some, which is credited, then no more.
  std::size_t sent = 0;
  std::size_t credit = kStreamWindow;
  while (credit >= kLongestPayload) {
    put_data(mux.put(), 1, std::string(kLongestPayload, 'x'));
    mux.send();
    sent += kLongestPayload;
    credit -= kLongestPayload;
    if (credit < kLongestPayload) {
      while (wait_for(mux.far_input(), POLLIN, 200)) {
        const Frame frame = mux.next();
        REQUIRE(frame.type == FrameType::credit);
        credit += read_credit(frame.payload);
      }
    }
  }
  CHECK(sent < 2UL * 1024 * 1024);
  put_data(mux.put(), 1, std::string(credit + 1, 'x'));
  mux.send();
  CHECK(mux.why() == "the agent broke the tunnel protocol");
}

TEST_CASE("what arrived before the end of a stream is still handed over") {
  PipedMux mux;
  const auto client = mux.client(kFirstTicket);
  write_all(client->socket(), "ask");
  REQUIRE(mux.next().type == FrameType::data);
  put_opened(mux.put(), 1, 1);
  for (int i = 0; i < 3; ++i) put_data(mux.put(), 1, std::string(kLongestPayload, 'x'));
  SECTION("a reset") {
    put_ended(mux.put(), 1, {EndedHow::failed, ECONNRESET, 7});
    mux.send();
    CHECK(read_exactly(client->socket(), 3 * kLongestPayload).size() == 3 * kLongestPayload);
    CHECK(read_until_failure(client->socket()) == ECONNRESET);
    CHECK(client->ended().cause == Cause::reset);
    CHECK(client->ended().ended->ns == 7);
  }
  SECTION("an orderly end") {
    put_plain(mux.put(), FrameType::finish, 1);
    mux.send();
    shutdown(client->socket(), SHUT_WR);
    REQUIRE(mux.next().type == FrameType::finish);
    put_ended(mux.put(), 1, {EndedHow::finished, 0, 7});
    mux.send();
    CHECK(read_to_end(client->socket()).size() == 3 * kLongestPayload);
    CHECK(client->ended().cause == Cause::finished);
  }
}

TEST_CASE("a number is used again after its end, and what waits for the old client goes to the old client") {
  PipedMux mux;
  const auto old = mux.client(kFirstTicket);
  put_opened(mux.put(), 1, 1);
  put_data(mux.put(), 1, "old");
  put_ended(mux.put(), 1, {EndedHow::failed, ECONNRESET, 1});
  mux.send();
  REQUIRE(eventually([&] { return old->report().phase == Phase::ended; }));
  const auto fresh = mux.client(kFirstTicket + 1);
  put_opened(mux.put(), 1, 2);
  put_data(mux.put(), 1, "new");
  mux.send();
  CHECK(read_exactly(fresh->socket(), 3) == "new");
  CHECK(read_to_end(old->socket()) == "old");
  CHECK(fresh->report().phase == Phase::open);
}

TEST_CASE("errors of the far side keep their meaning") {
  const auto cause = [](EndedHow how, int error_number) { return cause_of({how, error_number, 0}); };
  CHECK(cause(EndedHow::refused, ECONNREFUSED) == Cause::refused);
  CHECK(cause(EndedHow::refused, ETIMEDOUT) == Cause::timed_out);
  CHECK(cause(EndedHow::refused, EHOSTUNREACH) == Cause::unreachable);
  CHECK(cause(EndedHow::refused, ENETUNREACH) == Cause::unreachable);
  CHECK(cause(EndedHow::refused, EPERM) == Cause::unreachable);
  CHECK(cause(EndedHow::refused, ECONNRESET) == Cause::reset);
  CHECK(cause(EndedHow::refused, EADDRNOTAVAIL) == Cause::instrument);
  CHECK(cause(EndedHow::failed, ECONNRESET) == Cause::reset);
  CHECK(cause(EndedHow::failed, EPIPE) == Cause::reset);
  CHECK(cause(EndedHow::failed, ETIMEDOUT) == Cause::timed_out);
  CHECK(cause(EndedHow::finished, 0) == Cause::finished);
  CHECK(cause(EndedHow::dropped, 0) == Cause::closed_here);
  CHECK(cause(EndedHow::no_pod, 0) == Cause::pod_gone);
  CHECK(cause(EndedHow::no_socket, EMFILE) == Cause::instrument);
  for (const Cause any :
       {Cause::finished, Cause::refused, Cause::unreachable, Cause::timed_out, Cause::reset, Cause::closed_here})
    CHECK_FALSE(says_nothing_of_destination(any));
  for (const Cause any : {Cause::pod_gone, Cause::channel_lost, Cause::instrument})
    CHECK(says_nothing_of_destination(any));
}

TEST_CASE("there are so many streams at a time and no more") {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlim_t needed = 3 * kMostStreams;
  REQUIRE(limit.rlim_max >= needed);
  limit.rlim_cur = std::max(limit.rlim_cur, needed);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  PipedMux mux;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::uint64_t i = 0; i < kMostStreams; ++i) clients.push_back(mux.client(kFirstTicket + i));
  CHECK(clients.back()->report().phase == Phase::opening);
  const auto refused = mux.refused_client(kFirstTicket + kMostStreams);
  CHECK(refused->ended().cause == Cause::instrument);
  CHECK(refused->ended().detail == "more than 1024 streams at a time");
  // One ends, one more may come.
  put_ended(mux.put(), 1, {EndedHow::refused, ECONNREFUSED, 1});
  mux.send();
  REQUIRE(eventually([&] { return clients[0]->report().phase == Phase::ended; }));
  CHECK(read_until_failure(clients[0]->socket()) == 0);
  CHECK(mux.client(kFirstTicket + kMostStreams + 1)->report().phase == Phase::opening);
}

TEST_CASE("an unanswered ping is the end of a channel, an answered one is not") {
  PipedMux mux({5ms, 100ms});
  SECTION("unanswered") { CHECK(mux.why() == "the agent did not answer for 100ms"); }
  SECTION("answered, however often") {
    put_pong(mux.put(), {1, 1});
    mux.send();
    for (std::uint64_t token = 2; token < 60; ++token) {
      const Frame ping = mux.next();
      REQUIRE(ping.type == FrameType::ping);
      CHECK(read_ping(ping.payload) == token);
      put_pong(mux.put(), {token, 1});
      mux.send();
    }
    mux.stop();
    CHECK(mux.why() == "stopped");
  }
}
