#include "agent/pods.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "agent/dialler.hpp"
#include "agent/lives.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill::agent;
namespace fs = std::filesystem;

namespace {

constexpr const char* kUid = "8f2a1b3c-0d4e-4f5a-9b6c-7d8e9f0a1b2c";

/// A proc file system made of files.
class FakeProc {
 public:
  std::string path() const { return folder_.path.string(); }
  void put(pid_t pid, const std::string& cgroup, int start_ticks, const std::string& name = "pause", char state = 'S') {
    const fs::path process = folder_.path / std::to_string(pid);
    fs::create_directories(process / "ns");
    std::ofstream(process / "cgroup") << cgroup;
    std::ofstream(process / "stat") << pid << " (" << name << ") " << state << " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 "
                                    << start_ticks << " 0 0\n";
    std::ofstream(process / "ns" / "net") << pid;
  }
  void remove(pid_t pid) { fs::remove_all(folder_.path / std::to_string(pid)); }
  fs::path file(const std::string& name) const { return folder_.path / name; }

 private:
  hadrill::test::TemporaryFolder folder_;
};

std::string content_of(int descriptor) {
  std::string text(64, '\0');
  const ssize_t size = read(descriptor, text.data(), text.size());
  close(descriptor);
  return text.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size));
}

}  // namespace

TEST_CASE("a pod is recognised in the cgroups of every driver and version") {
  const std::string dashes = kUid;
  const std::string underscores = "8f2a1b3c_0d4e_4f5a_9b6c_7d8e9f0a1b2c";
  const std::vector<std::string> paths = {
      // cgroup v2, cgroupfs driver; guaranteed pods have no QoS folder
      "0::/kubelet/kubepods/burstable/pod" + dashes + "/4711\n",
      "0::/kubepods/pod" + dashes + "/4711\n",
      // cgroup v2, systemd driver
      "0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod" +
          underscores + ".slice/cri-containerd-4711.scope\n",
      "0::/kubepods.slice/kubepods-pod" + underscores + ".slice/cri-containerd-4711.scope\n",
      // cgroup v1 in a node that is itself a container: many lines, any of them
      "12:pids:/docker/abc/kubelet/kubepods/besteffort/pod" + dashes + "/4711\n1:name=systemd:/docker/abc\n",
      "2:cpu:/docker/abc\n1:name=systemd:/docker/abc/kubelet/kubepods/burstable/pod" + dashes + "/4711",
      // containerd without systemd below a kubelet with it
      "3:memory:/system.slice/kubepods-burstable-pod" + underscores + ".slice:cri-containerd:4711\n",
      // the pod's own cgroup, without a container
      "0::/kubepods/burstable/pod" + dashes + "\n",
  };
  for (const std::string& path : paths) {
    INFO(path);
    CHECK(is_of_pod(path, dashes));
    CHECK(is_of_pod(path, underscores));
    CHECK_FALSE(is_of_pod(path, "8f2a1b3c-0d4e-4f5a-9b6c-7d8e9f0a1b2d"));
    CHECK_FALSE(is_of_pod(path, ""));
    CHECK_FALSE(is_of_pod(path, dashes.substr(0, 35)));  // not the beginning of a UID either
    CHECK_FALSE(is_of_pod(path, dashes.substr(1)));
    CHECK(pod_of(path) == dashes);
  }
  CHECK(pod_of("0::/kubelet/kubepods/burstable/pod7f0c2e1a9b8d7c6e5f4a3b2c1d0e9f8a/1\n") ==
        "7f0c2e1a9b8d7c6e5f4a3b2c1d0e9f8a");
  CHECK(pod_of("0::/kubelet/kubepods/burstable\n").empty());
  CHECK(pod_of("0::/kubepods/podman/pod-without-a-uid\n").empty());
  CHECK(pod_of("0::/user.slice/pod" + dashes + "\n").empty());
  CHECK(pod_of("").empty());
  // A static pod: its UID is a hash.
  CHECK(is_of_pod("0::/kubelet/kubepods/burstable/pod7f0c2e1a9b8d7c6e5f4a3b2c1d0e9f8a/1\n",
                  "7f0c2e1a9b8d7c6e5f4a3b2c1d0e9f8a"));
  CHECK_FALSE(is_of_pod("0::/user.slice/pod" + dashes + "\n", dashes));  // not the kubelet's
  CHECK_FALSE(is_of_pod("", dashes));
}

TEST_CASE("the pod's oldest living process stands for it") {
  FakeProc proc;
  const std::string ours = std::string("0::/kubelet/kubepods/burstable/pod") + kUid + "/c\n";
  proc.put(1, "0::/init\n", 1);
  proc.put(20, ours, 500, "coredns");
  proc.put(30, ours, 200, "pause");
  proc.put(31, ours, 100, "gone", 'Z');
  proc.put(32, ours, 90, "runc:[2:INIT]");  // not yet in the pod's namespaces
  proc.put(40, "0::/kubelet/kubepods/burstable/pod00000000-0000-0000-0000-000000000000/c\n", 50);
  fs::create_directories(proc.file("sys"));
  PodFinder pods(proc.path());
  CHECK(pods.process_of(kUid) == 30);
  CHECK(content_of(pods.open_network_namespace(kUid)) == "30");
  CHECK_FALSE(pods.process_of("no-such-pod"));
  CHECK(pods.open_network_namespace("no-such-pod") == -1);
}

TEST_CASE("what was found is checked each time") {
  FakeProc proc;
  const std::string ours = std::string("0::/kubepods/pod") + kUid + "/c\n";
  proc.put(30, ours, 200);
  PodFinder pods(proc.path());
  REQUIRE(pods.process_of(kUid) == 30);
  SECTION("the process is gone") {
    proc.remove(30);
    CHECK_FALSE(pods.process_of(kUid));
    proc.put(35, ours, 300);
    CHECK(pods.process_of(kUid) == 35);
  }
  SECTION("its number is another's") {
    proc.put(30, "0::/init\n", 900);
    CHECK_FALSE(pods.process_of(kUid));
    CHECK(pods.open_network_namespace(kUid) == -1);
  }
  SECTION("it is dead and not yet reaped") {
    proc.put(30, ours, 200, "pause", 'Z');
    CHECK_FALSE(pods.process_of(kUid));
  }
}

// Needs root, so it is not part of the unit tests: test_agent "[root]".
TEST_CASE("a connection begins in the pod's network namespace, and the agent stays in its own", "[.][root]") {
  std::array<int, 2> told{};
  REQUIRE(pipe(told.data()) == 0);
  const pid_t pod = fork();
  if (pod == 0) {
    // A network namespace with nothing but loopback and one listener.
    if (unshare(CLONE_NEWNET) != 0) _exit(1);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    ifreq loopback{};
    loopback.ifr_name[0] = 'l';
    loopback.ifr_name[1] = 'o';
    loopback.ifr_flags = IFF_UP;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (ioctl(listener, SIOCSIFFLAGS, &loopback) != 0 ||
        bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      _exit(1);
    if (write(told[1], &address.sin_port, sizeof address.sin_port) < 0) _exit(1);
    pause();
  }
  in_port_t port = 0;
  close(told[1]);
  REQUIRE(read(told[0], &port, sizeof port) == sizeof port);
  close(told[0]);

  FakeProc proc;
  proc.put(pod, std::string("0::/kubepods/pod") + kUid + "/c\n", 1);
  fs::remove(proc.file(std::to_string(pod)) / "ns" / "net");
  fs::create_symlink("/proc/" + std::to_string(pod) + "/ns/net", proc.file(std::to_string(pod)) / "ns" / "net");
  const fs::path before = fs::read_symlink("/proc/self/ns/net");
  NetworkDialler dialler{PodFinder(proc.path())};
  const auto connects = [&](const std::string& pod_uid) {
    const Dialled dialled = dialler.dial({INADDR_LOOPBACK, ntohs(port), pod_uid});
    if (dialled.socket < 0) return -dialled.error_number;
    pollfd entry{dialled.socket, POLLOUT, 0};
    poll(&entry, 1, 10'000);
    int error_number = 0;
    socklen_t size = sizeof error_number;
    getsockopt(dialled.socket, SOL_SOCKET, SO_ERROR, &error_number, &size);
    close(dialled.socket);
    return -error_number;
  };
  CHECK(connects(kUid) == 0);
  CHECK(fs::read_symlink("/proc/self/ns/net") == before);
  CHECK(connects("") == -ECONNREFUSED);
  CHECK(connects(kUid) == 0);
  kill(pod, SIGKILL);
  waitpid(pod, nullptr, 0);
}

TEST_CASE("which pods run is told by their processes, not by the one that holds their namespaces") {
  FakeProc proc;
  const std::string other = "9f2a1b3c-0d4e-4f5a-9b6c-7d8e9f0a1b2d";
  const std::string cgroup = "0::/kubelet/kubepods/pod" + std::string(kUid) + "/4711\n";
  proc.put(10, cgroup, 500);
  proc.put(11, cgroup, 700, "server");
  proc.put(12, cgroup, 600, "helper");
  proc.put(20, "0::/kubelet/kubepods/pod" + other + "/1\n", 100);                   // only pause: it does not run
  proc.put(21, "0::/kubelet/kubepods/pod" + other + "/2\n", 300, "runc:[2:INIT]");  // about to
  proc.put(22, "0::/kubelet/kubepods/pod" + other + "/3\n", 200, "server", 'Z');    // did
  proc.put(30, "0::/system.slice/containerd.service\n", 50, "containerd");          // no pod's
  constexpr std::int64_t kTick = 10'000'000;
  LivesLook look = look_at_lives(proc.path(), 0);
  CHECK(look.pods == std::map<std::string, std::int64_t>{{kUid, 600 * kTick}});
  CHECK(look.from_ns <= look.until_ns);
  // A machine that slept: starts are counted on a clock that did not stop.
  CHECK(look_at_lives(proc.path(), 2'000'000'000).pods.at(kUid) == 600 * kTick - 2'000'000'000);
  proc.remove(11);
  proc.remove(12);
  look = look_at_lives(proc.path(), 0);
  CHECK(look.pods.empty());
  look.from_ns = 1;
  look.until_ns = 2;
  CHECK(to_line(look) == "{\"fromNs\":1,\"untilNs\":2,\"pods\":{}}\n");
}
