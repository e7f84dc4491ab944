#include "fault/node_files.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// Of one piece, in blocks of 1 MiB: far less than a command may print (64 MiB).
constexpr std::uint64_t kBlock = 1U << 20U;
constexpr std::uint64_t kBlocks = 16;
constexpr auto kPiece = 60s;

}  // namespace

Status copy_to_nodes(Docker& docker, const Node& from, const std::vector<Node>& to, const std::string& path,
                     std::uint64_t bytes, const Interrupt& interrupt) {
  for (std::uint64_t block = 0; block * kBlock < bytes && !to.empty(); block += kBlocks) {
    const auto piece = docker.exec(
        from.name,
        {"dd", "if=" + path, "bs=1M", fmt::format("skip={}", block), fmt::format("count={}", kBlocks), "status=none"},
        {}, kPiece, interrupt);
    if (!piece.ok()) return piece.error();
    const std::uint64_t due = std::min(kBlocks * kBlock, bytes - block * kBlock);
    if (piece->out.size() != due) {
      return infrastructure_error("in node " + from.name, fmt::format("{} gave {} bytes at block {} instead of {}",
                                                                      path, piece->out.size(), block, due));
    }
    for (const Node& node : to) {
      const auto written = docker.exec(
          node.name, {"dd", "of=" + path, "bs=1M", fmt::format("seek={}", block), "conv=notrunc", "status=none"},
          piece->out, kPiece, interrupt);
      if (!written.ok()) return written.error();
    }
  }
  return Ok{};
}

}  // namespace hadrill
