// Owns one NFQUEUE of the kernel: packets that rules send there wait until they are let go. Speaks nfnetlink directly
// (linux/netfilter/nfnetlink_queue.h), so that the agent needs no library.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/trouble.hpp"

namespace hadrill::agent {

class PacketQueue {
 public:
  /// Takes queue `number`; the kernel keeps at most `most` packets waiting in it and drops what comes then. Error: the
  /// kernel has no NFQUEUE, it may not be used here, or somebody else has this number.
  static Result<PacketQueue> bind(std::uint16_t number, std::uint32_t most);
  /// Whatever still waits is dropped by the kernel.
  ~PacketQueue();
  PacketQueue(PacketQueue&& other) noexcept : socket_(other.socket_), number_(other.number_) { other.socket_ = -1; }
  PacketQueue(const PacketQueue&) = delete;
  PacketQueue& operator=(const PacketQueue&) = delete;
  PacketQueue& operator=(PacketQueue&&) = delete;

  /// Readable when packets have come.
  int descriptor() const { return socket_; }
  /// Appends the numbers of packets that have come, in their order. Does not block. Error: the queue is lost.
  Status receive(std::vector<std::uint32_t>& packets);
  /// Lets packets go on their way. Fine for some that are gone, with their interface.
  Status release(const std::vector<std::uint32_t>& packets);

 private:
  PacketQueue(int socket, std::uint16_t number) : socket_(socket), number_(number) {}
  Status configure(std::uint32_t most);
  /// Sends one message and waits for the kernel's yes.
  Status ask(const std::string& message);

  int socket_;
  std::uint16_t number_;
};

/// A queue that somebody reads, of /proc/net/netfilter/nfnetlink_queue.
struct QueueState {
  std::uint16_t number = 0;
  std::uint64_t waiting = 0;
  std::uint64_t dropped = 0;  ///< for want of room
  std::uint64_t seen = 0;     ///< since it was bound
};
std::vector<QueueState> parse_queues(const std::string& text);
/// The queues in this process's network.
std::vector<QueueState> read_queues();

}  // namespace hadrill::agent
