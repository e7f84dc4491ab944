// Which disk a folder lies on and how it is throttled, from texts as kernels write them; writes timed for real.
#include "agent/disk.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/effect.hpp"

using namespace hadrill::agent;
using namespace std::chrono_literals;

namespace {

constexpr const char* kMounts =
    "22 1 0:21 / /proc rw,relatime - proc proc rw\n"
    "30 1 0:40 / / rw,relatime - overlay overlay rw,lowerdir=/a\n"
    "31 30 254:1 /volumes/x/_data /var rw,relatime master:1 - ext4 /dev/vda1 rw,discard\n"
    "40 31 0:77 / /var/lib/etcd rw shared:5 master:1 - fuse.hadrill hadrill-f1 rw,user_id=0\n"
    "nonsense\n";

/// A sys file system with a disk 254:0 and its partition 254:1.
class Sys {
 public:
  Sys() {
    char name[] = "/tmp/hadrill-sys-XXXXXX";
    root_ = mkdtemp(name);
    const auto disk = root_ / "devices/vda";
    std::filesystem::create_directories(disk / "vda1");
    std::ofstream(disk / "dev") << "254:0\n";
    std::ofstream(disk / "vda1/dev") << "254:1\n";
    std::ofstream(disk / "vda1/partition") << "1\n";
    std::filesystem::create_directories(root_ / "dev/block");
    std::filesystem::create_symlink("../../devices/vda", root_ / "dev/block/254:0");
    std::filesystem::create_symlink("../../devices/vda/vda1", root_ / "dev/block/254:1");
  }
  ~Sys() { std::filesystem::remove_all(root_); }
  Sys(const Sys&) = delete;
  Sys& operator=(const Sys&) = delete;
  std::string path() const { return root_.string(); }

 private:
  std::filesystem::path root_;
};

}  // namespace

TEST_CASE("a path lies on the last and deepest mount that covers it") {
  const auto mounts = parse_mounts(kMounts);
  REQUIRE(mounts.size() == 4);
  CHECK(mount_under(mounts, "/var/lib/etcd/member")->id == "40");
  CHECK(mount_under(mounts, "/var/lib/etcd")->source == "hadrill-f1");
  CHECK(mount_under(mounts, "/var/lib/etcdx")->device == "254:1");
  CHECK(mount_under(mounts, "/etc")->type == "overlay");
  CHECK_FALSE(mount_under({}, "/etc").has_value());
}

TEST_CASE("a folder that is mounted elsewhere is found below what this namespace has of its file system") {
  const auto mounts = parse_mounts(kMounts);
  const Mount var = *mount_under(mounts, "/var");
  const auto shown = [](const char* root, const char* device = "254:1") {
    return Mount{"9", device, root, "/data", "ext4", "/dev/vda1"};
  };
  CHECK(path_through(var, shown("/volumes/x/_data/lib/store")) == "/var/lib/store");
  CHECK(path_through(var, shown("/volumes/x/_data")) == "/var");
  CHECK_FALSE(path_through(var, shown("/volumes/x/_data2/lib")));
  CHECK_FALSE(path_through(var, shown("/volumes/y/_data/lib")));
  CHECK_FALSE(path_through(var, shown("/volumes/x/_data/lib", "254:2")));
  CHECK(path_through(shown("/"), shown("/lib")) == "/data/lib");
  Mount root = shown("/");
  root.point = "/";
  CHECK(path_through(root, shown("/lib")) == "/lib");
  CHECK(path_through(root, shown("/")) == "/");
}

TEST_CASE("the disk of a partition is the whole disk, and memory has none") {
  const Sys sys;
  const auto mounts = parse_mounts(kMounts);
  CHECK(disk_of(*mount_under(mounts, "/var"), sys.path()).value() == "254:0");
  Mount whole = *mount_under(mounts, "/var");
  whole.device = "254:0";
  CHECK(disk_of(whole, sys.path()).value() == "254:0");
  const auto none = disk_of(*mount_under(mounts, "/proc/x"), sys.path());
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().message.find("lies on no disk") != std::string::npos);
}

TEST_CASE("throttles are read and written as cgroup v1 and v2 have them") {
  const WriteThrottle v1{{"/g", false}, "254:0"};
  CHECK(v1.file() == "/g/blkio.throttle.write_iops_device");
  CHECK(v1.limit_in("8:0 5\n254:0 10") == "10");
  CHECK(v1.limit_in("").empty());
  CHECK(v1.line("10") == "254:0 10");
  CHECK(v1.line("") == "254:0 0");
  const WriteThrottle v2{{"/g", true}, "254:0"};
  CHECK(v2.file() == "/g/io.max");
  CHECK(v2.limit_in("254:0 rbps=max wbps=1000 riops=max wiops=10") == "10");
  CHECK(v2.limit_in("254:0 rbps=max wbps=1000 riops=max wiops=max").empty());
  CHECK(v2.line("10") == "254:0 wiops=10");
  CHECK(v2.line("") == "254:0 wiops=max");
}

TEST_CASE("writes are timed and nothing is left of them") {
  Steadfast patience;
  const std::string path = "/tmp/hadrill-sync-test";
  const auto times = time_syncs(path, nullptr, 3, patience, 20s);
  REQUIRE(times.ok());
  CHECK(times->size() == 3);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(time_syncs("/no/such/folder/x", nullptr, 1, patience, 5s).error().message.find("No such file") !=
        std::string::npos);
  const ControlGroup nowhere{"/no/such/group", false};
  CHECK_FALSE(time_syncs(path, &nowhere, 1, patience, 5s).ok());
}

TEST_CASE("what makes no sense is refused before anything changes") {
  const auto refused = [](const char* effect, const Json& parameters) {
    const auto planned = find_effect(effect)->plan("t1", parameters);
    REQUIRE_FALSE(planned.ok());
    return planned.error().message;
  };
  CHECK(refused("cpu.stress", {{"cpus", 0}}).starts_with("cpus has to be 0.1 to "));
  CHECK(refused("cpu.stress", {{"cpus", 100'000}}).starts_with("cpus has to be 0.1 to "));
  CHECK(refused("disk.slow", {{"program", "x"}, {"delayMs", 5}}) == "delay has to be 10ms to 10s");
  CHECK(refused("disk.slow", {{"program", "x"}, {"delayMs", 50}, {"way", "magic"}}) == "way is throttle or fuse");
  CHECK(refused("disk.slow", {{"program", "x"}, {"delayMs", 5000}}).find("way: fuse would work") != std::string::npos);
  CHECK(refused("disk.full", {{"program", "x"}, {"folder", "/no/such/folder"}}) ==
        "there is no folder /no/such/folder");
  CHECK(refused("disk.full", Json::object()).size() > 0);
}

TEST_CASE("undoing what was never done is fine") {
  Steadfast patience;
  const Json stress = {{"id", "t1"}, {"cpus", 1}, {"groups", {"/sys/fs/cgroup/hadrill-stress-none"}}};
  CHECK(find_effect("cpu.stress")->undo(stress, patience).ok());
  CHECK(find_effect("cpu.stress")->prove_undone(stress).ok());
  const Json slow = {
      {"id", "t1"},        {"way", "throttle"}, {"delayMs", 10'000}, {"group", "/no/such/group"},        {"v2", false},
      {"device", "254:0"}, {"limit", "1"},      {"limitBefore", ""}, {"probe", "/tmp/hadrill-sync-none"}};
  CHECK(find_effect("disk.slow")->undo(slow, patience).ok());
  CHECK(find_effect("disk.slow")->prove_undone(slow).ok());
}
