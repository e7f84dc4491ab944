#include "fault/node_files.hpp"

#include <catch2/catch.hpp>

#include "plan/cluster.hpp"
#include "support/fake_runner.hpp"

using namespace hadrill;
using namespace hadrill::test;

namespace {

constexpr std::size_t kMiB = 1U << 20U;

struct Bench {
  FakeRunner runner;
  Docker docker{runner};
  std::vector<Node> nodes = paper_cluster().with_role(NodeRole::control_plane);
  std::string arrived;  ///< at the last node

  Bench() {
    runner.on("dd of=", [this](const Command& command) {
      if (command_line(command).find(nodes.back().name) != std::string::npos) arrived += command.input;
      return Result<Completed>(Completed{});
    });
    runner.on("skip=0", std::string(16 * kMiB, 'a'));
    runner.on("skip=16", std::string(3, 'b'));
  }
  Status copy(std::uint64_t bytes) {
    return copy_to_nodes(docker, nodes[0], {nodes[1], nodes[2]}, "/f", bytes, Interrupt::never());
  }
};

}  // namespace

TEST_CASE("a file is copied to every node piece by piece") {
  Bench bench;
  REQUIRE(bench.copy(16 * kMiB + 3).ok());
  CHECK(bench.arrived == std::string(16 * kMiB, 'a') + "bbb");
  CHECK(bench.runner.asked.size() == 6);
  CHECK(bench.runner.ran("seek=16"));
}

TEST_CASE("a file that is not as long as it was is an error") {
  Bench bench;
  CHECK_FALSE(bench.copy(16 * kMiB + 4).ok());
  CHECK_FALSE(bench.copy(40 * kMiB).ok());
}
