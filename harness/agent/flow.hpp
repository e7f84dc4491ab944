// Owns what one stream owes and may send: credit in both directions and the bytes that wait for a slow reader. Pure;
// used by both ends of the tunnel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hadrill::agent {

/// Bytes that wait for a descriptor. Taken from the front, put to the back.
class ByteQueue {
 public:
  bool empty() const { return head_ == bytes_.size(); }
  std::size_t size() const { return bytes_.size() - head_; }
  std::string_view front() const { return std::string_view(bytes_).substr(head_); }
  void push(std::string_view bytes) { bytes_ += bytes; }
  void pop(std::size_t size) {
    head_ += size;
    constexpr std::size_t kWorthMoving = 64UL * 1024;
    if (empty()) {
      clear();
    } else if (head_ >= kWorthMoving) {
      bytes_.erase(0, head_);
      head_ = 0;
    }
  }
  void clear() {
    // Freed, not kept: most streams never wait, and those that did would hold their largest size for ever.
    std::string().swap(bytes_);
    head_ = 0;
  }

 private:
  std::string bytes_;
  std::size_t head_ = 0;
};

/// Credit of one stream, at one end.
class Flow {
 public:
  /// `ours`: what this end takes before it gives credit; `theirs`: what the other end takes.
  Flow(std::uint32_t ours, std::uint32_t theirs)
      : window_(ours), their_window_(theirs), may_send_(theirs), granted_(ours) {}

  std::uint32_t may_send() const { return may_send_; }
  void sent(std::size_t size) { may_send_ -= static_cast<std::uint32_t>(size); }
  /// The other end gave credit; false when that is more than it can have.
  bool credited(std::uint32_t size) {
    if (size == 0 || size > their_window_ - may_send_) return false;
    may_send_ += size;
    return true;
  }

  /// The other end sent data; false when it had no credit for it.
  bool received(std::size_t size) {
    if (size > granted_) return false;
    granted_ -= static_cast<std::uint32_t>(size);
    return true;
  }
  /// `size` received bytes were passed on. The credit to give now, if it is worth a frame: half a window.
  std::optional<std::uint32_t> passed_on(std::size_t size) {
    owed_ += static_cast<std::uint32_t>(size);
    if (owed_ < (window_ + 1) / 2) return std::nullopt;
    const std::uint32_t credit = owed_;
    granted_ += credit;
    owed_ = 0;
    return credit;
  }

 private:
  std::uint32_t window_;
  std::uint32_t their_window_;
  std::uint32_t may_send_;
  std::uint32_t granted_;
  std::uint32_t owed_ = 0;
};

}  // namespace hadrill::agent
