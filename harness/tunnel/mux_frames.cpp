// What the near end does with the agent's frames.
#include "tunnel/mux.hpp"

namespace hadrill::tunnel {

using agent::Frame;
using agent::FramePipe;
using agent::FrameReader;
using agent::FrameType;

Mux::Lost Mux::take_frames() {
  const FramePipe::Filled filled = pipe_.fill();
  if (filled == FramePipe::Filled::end) return "the agent's output ended";
  if (filled == FramePipe::Filled::broken) return "the agent's output cannot be read";
  Frame frame;
  FrameReader::Found found = FrameReader::Found::nothing;
  while ((found = pipe_.next(frame)) == FrameReader::Found::frame) {
    if (!take(frame)) return "the agent broke the tunnel protocol";
  }
  if (found == FrameReader::Found::violation) return "the agent broke the tunnel protocol";
  return std::nullopt;
}

bool Mux::take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::pong:
      return take_pong(frame);
    case FrameType::opened:
    case FrameType::data:
    case FrameType::finish:
    case FrameType::credit:
    case FrameType::ended:
      return take_stream_frame(frame);
    default:
      return false;
  }
}

bool Mux::take_pong(const Frame& frame) {
  if (ping_waiting_ != agent::read_pong(frame.payload).token) return false;
  ping_waiting_.reset();
  pulse_.answered(MonotonicClock().now());
  return true;
}

bool Mux::take_stream_frame(const Frame& frame) {
  const auto ticket = tickets_.find(frame.stream);
  // `ended` is the agent's last word on a number, and only then do we give it up.
  if (ticket == tickets_.end()) return false;
  ready_.push_back(ticket->second);
  NearStream& stream = *streams_.at(ticket->second).stream;
  switch (frame.type) {
    case FrameType::opened:
      return stream.take_opened(Instant{agent::read_opened(frame.payload)});
    case FrameType::data:
      return stream.take_data(frame.payload);
    case FrameType::finish:
      return stream.take_finish();
    case FrameType::credit:
      return stream.take_credit(agent::read_credit(frame.payload));
    default:
      return take_ended(frame, stream);
  }
}

bool Mux::take_ended(const Frame& frame, NearStream& stream) {
  const auto ended = agent::read_ended(frame.payload);
  if (!ended) return false;
  stream.take_ended(*ended);
  tickets_.erase(frame.stream);
  free_ids_.push_back(frame.stream);
  return true;
}

}  // namespace hadrill::tunnel
