// Whatever an API server sends about nodes, endpoints and pods, and an agent about what runs: reading it does not
// crash, and what was read can be told apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "probe/pod_lives.hpp"
#include "probe/watch_stream.hpp"
#include "probe/workload_object.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hadrill;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const WorkloadKind kind : {WorkloadKind::node, WorkloadKind::endpoint, WorkloadKind::pod}) {
    if (const auto list = read_workload_list(kind, text)) {
      if (list->version <= 0) std::abort();
      for (const auto& [name, states] : list->objects) {
        if (name.empty()) std::abort();
      }
    }
    if (const auto line = read_watch_envelope(text)) {
      for (const WorkloadState& state : workload_states(kind, line->object)) {
        if (!state.facts.is_object()) std::abort();
      }
    }
  }
  if (const auto seen = read_pods_seen(std::string(text))) {
    if (seen->until_ns < seen->from_ns) std::abort();
    PodLives lives("n", [](const Event& event) {
      if (json_text(event.data, "/node") != "n") std::abort();
    });
    lives.look(*seen);
    lives.lost();
  }
  return 0;
}
