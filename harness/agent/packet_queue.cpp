#include "agent/packet_queue.hpp"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <sstream>

#include "agent/proc.hpp"

namespace hadrill::agent {
namespace {

/// Room for messages about packets that we have not read yet; the packets themselves stay in the kernel.
constexpr int kSocketBytes = 8 << 20;
constexpr int kAnswerMs = 5000;
/// Messages sent to the kernel at once.
constexpr std::size_t kBatch = 256;

template <typename Struct>
void append(std::string& message, const Struct& part) {
  message.append(reinterpret_cast<const char*>(&part), sizeof part);
  message.resize(NLMSG_ALIGN(message.size()));
}

template <typename Struct>
void append_attribute(std::string& message, std::uint16_t type, const Struct& value) {
  append(message, nlattr{static_cast<std::uint16_t>(NLA_HDRLEN + sizeof value), type});
  append(message, value);
}

/// Header of a message to the queue subsystem; its length is written by finish().
std::string begin(std::uint16_t type, std::uint16_t queue, std::uint16_t flags) {
  std::string message;
  nlmsghdr header{};
  header.nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_QUEUE << 8U | type);
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  append(message, header);
  nfgenmsg general{};
  general.nfgen_family = AF_UNSPEC;
  general.version = NFNETLINK_V0;
  general.res_id = htons(queue);
  append(message, general);
  return message;
}

std::string finish(std::string message) {
  const auto length = static_cast<std::uint32_t>(message.size());
  std::memcpy(message.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  return message;
}

/// Appends the number of the packet that the message at `data` tells of.
void read_packet(const char* data, std::size_t size, std::vector<std::uint32_t>& packets) {
  constexpr std::size_t kBefore = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(nfgenmsg));
  for (std::size_t at = kBefore; at + NLA_HDRLEN <= size;) {
    nlattr attribute{};
    std::memcpy(&attribute, data + at, sizeof attribute);
    if (attribute.nla_len < NLA_HDRLEN || at + attribute.nla_len > size) return;
    if ((attribute.nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR &&
        attribute.nla_len >= NLA_HDRLEN + sizeof(nfqnl_msg_packet_hdr)) {
      nfqnl_msg_packet_hdr packet{};
      std::memcpy(&packet, data + at + NLA_HDRLEN, sizeof packet);
      packets.push_back(ntohl(packet.packet_id));
      return;
    }
    at += NLA_ALIGN(attribute.nla_len);
  }
}

/// Every message of a datagram: calls `each` with its header, start and size.
template <typename Each>
void for_each_message(const char* data, std::size_t size, const Each& each) {
  for (std::size_t at = 0; at + NLMSG_HDRLEN <= size;) {
    nlmsghdr header{};
    std::memcpy(&header, data + at, sizeof header);
    if (header.nlmsg_len < NLMSG_HDRLEN || at + header.nlmsg_len > size) return;
    each(header, data + at, header.nlmsg_len);
    at += NLMSG_ALIGN(header.nlmsg_len);
  }
}

bool is_packet(const nlmsghdr& header) { return header.nlmsg_type == (NFNL_SUBSYS_QUEUE << 8U | NFQNL_MSG_PACKET); }

/// The errno in an answer, 0 for yes; -1 when the datagram holds none.
int answer_in(const char* data, std::size_t size) {
  int answer = -1;
  for_each_message(data, size, [&](const nlmsghdr& header, const char* message, std::size_t length) {
    if (header.nlmsg_type != NLMSG_ERROR || length < NLMSG_HDRLEN + sizeof(nlmsgerr)) return;
    nlmsgerr error{};
    std::memcpy(&error, message + NLMSG_HDRLEN, sizeof error);
    answer = -error.error;
  });
  return answer;
}

}  // namespace

Result<PacketQueue> PacketQueue::bind(std::uint16_t number, std::uint32_t most) {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (socket < 0) return system_trouble("the kernel has no NFQUEUE: netlink socket");
  PacketQueue queue(socket, number);
  // Refused to the unprivileged only; then the default has to do.
  setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &kSocketBytes, sizeof kSocketBytes);
  // Without room for a message the kernel drops the packet and counts it; the socket goes on.
  constexpr int kOn = 1;
  setsockopt(socket, SOL_NETLINK, NETLINK_NO_ENOBUFS, &kOn, sizeof kOn);
  if (const Status configured = queue.configure(most); !configured.ok()) return configured.error();
  return queue;
}

PacketQueue::~PacketQueue() {
  if (socket_ >= 0) close(socket_);
}

Status PacketQueue::configure(std::uint32_t most) {
  std::string bind = begin(NFQNL_MSG_CONFIG, number_, NLM_F_ACK);
  append_attribute(bind, NFQA_CFG_CMD, nfqnl_msg_config_cmd{NFQNL_CFG_CMD_BIND, 0, htons(AF_INET)});
  if (const Status bound = ask(finish(std::move(bind))); !bound.ok())
    return trouble("the kernel does not give NFQUEUE " + std::to_string(number_) + ": " + bound.error().message);
  std::string set = begin(NFQNL_MSG_CONFIG, number_, NLM_F_ACK);
  // Only the packets' numbers are wanted, none of their contents; and large ones whole, not cut into many.
  append_attribute(set, NFQA_CFG_PARAMS, nfqnl_msg_config_params{htonl(0), NFQNL_COPY_META});
  append_attribute(set, NFQA_CFG_QUEUE_MAXLEN, htonl(most));
  append_attribute(set, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_GSO));
  append_attribute(set, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO));
  return ask(finish(std::move(set)));
}

Status PacketQueue::ask(const std::string& message) {
  if (send(socket_, message.data(), message.size(), 0) != static_cast<ssize_t>(message.size()))
    return system_trouble("netlink");
  std::array<char, 65536> buffer{};
  for (;;) {
    pollfd readable{socket_, POLLIN, 0};
    if (poll(&readable, 1, kAnswerMs) == 0) return trouble("no answer from the kernel");
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_trouble("netlink");
    const int answer = answer_in(buffer.data(), static_cast<std::size_t>(size));
    if (answer == 0) return Ok{};
    if (answer > 0) {
      errno = answer;
      return system_trouble("netlink");
    }
  }
}

Status PacketQueue::receive(std::vector<std::uint32_t>& packets) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t size = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == ENOBUFS)) return Ok{};
    if (size <= 0) return system_trouble("netlink");
    for_each_message(buffer.data(), static_cast<std::size_t>(size),
                     [&](const nlmsghdr& header, const char* message, std::size_t length) {
                       if (is_packet(header)) read_packet(message, length, packets);
                     });
  }
}

Status PacketQueue::release(const std::vector<std::uint32_t>& packets) {
  for (std::size_t done = 0; done < packets.size();) {
    std::string batch;
    for (std::size_t i = 0; i < kBatch && done < packets.size(); ++i, ++done) {
      std::string message = begin(NFQNL_MSG_VERDICT, number_, 0);
      append_attribute(message, NFQA_VERDICT_HDR, nfqnl_msg_verdict_hdr{htonl(NF_ACCEPT), htonl(packets[done])});
      batch += finish(std::move(message));
    }
    while (send(socket_, batch.data(), batch.size(), 0) < 0) {
      if (errno != EINTR && errno != EAGAIN) return system_trouble("netlink");
    }
  }
  return Ok{};
}

std::vector<QueueState> parse_queues(const std::string& text) {
  std::vector<QueueState> queues;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::uint64_t owner = 0;
    std::uint64_t mode = 0;
    std::uint64_t range = 0;
    std::uint64_t lost = 0;
    QueueState queue;
    if (words >> queue.number >> owner >> queue.waiting >> mode >> range >> queue.dropped >> lost >> queue.seen) {
      queue.dropped += lost;
      queues.push_back(queue);
    }
  }
  return queues;
}

std::vector<QueueState> read_queues() { return parse_queues(read_proc_file("/proc/net/netfilter/nfnetlink_queue")); }

}  // namespace hadrill::agent
