// What a killed container's own runtime left frozen is thawed, and nothing of other containers.
#include "cluster/frozen.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temporary_folder.hpp"

using namespace hadrill;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& cgroup, const std::string& state) {
  fs::create_directories(cgroup);
  std::ofstream(cgroup / "freezer.state") << state << "\n";
}

std::string state_of(const fs::path& cgroup) {
  std::string state;
  std::ifstream(cgroup / "freezer.state") >> state;
  return state;
}

}  // namespace

TEST_CASE("frozen cgroups of the container are thawed, however deep, under either driver of the engine") {
  const test::TemporaryFolder folder;
  for (const fs::path& top : {folder.path / "docker" / "aaa", folder.path / "system.slice" / "docker-aaa.scope"}) {
    INFO(top);
    const fs::path pod = top / "kubelet" / "pod1" / "container1";
    put(top, "THAWED");
    put(top / "kubelet", "THAWED");
    put(pod, "FROZEN");
    put(top / "kubelet" / "pod2", "FREEZING");
    put(folder.path / "docker" / "bbb" / "pod", "FROZEN");
    CHECK(thaw_frozen(folder.path, "aaa") == 2);
    CHECK(state_of(pod) == "THAWED");
    CHECK(state_of(top / "kubelet" / "pod2") == "THAWED");
    CHECK(state_of(folder.path / "docker" / "bbb" / "pod") == "FROZEN");
    CHECK(thaw_frozen(folder.path, "aaa") == 0);
  }
}

TEST_CASE("without a freezer nothing is frozen") {
  const test::TemporaryFolder folder;
  CHECK(thaw_frozen(folder.path / "nowhere", "aaa") == 0);
  CHECK(thaw_frozen(folder.path, "aaa") == 0);
}
