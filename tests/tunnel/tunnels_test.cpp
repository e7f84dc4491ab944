// The set of tunnels of a cluster, over a docker command that runs the agent here.
#include "tunnel/tunnels.hpp"

#include <sys/stat.h>

#include "bench.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::test;
using namespace hadrill::tunnel;

namespace {

/// While it lives, `docker` is a script that knows one container, "cp1".
class FakeDocker {
 public:
  FakeDocker() : path_before_(getenv("PATH")) {
    const auto file = folder_.path / "docker";
    std::ofstream(file) << "#!/bin/sh\n"
                           "echo \"$*\" >>\"$0.asked\"\n"
                           "[ \"$3\" = cp1 ] || { echo \"Error: No such container: $3\" >&2; exit 1; }\n"
                           "exec '"
                        << HADRILL_AGENT << "' tunnel\n";
    chmod(file.c_str(), 0755);
    setenv("PATH", (folder_.path.string() + ":" + path_before_).c_str(), 1);
  }
  ~FakeDocker() { setenv("PATH", path_before_.c_str(), 1); }
  FakeDocker(const FakeDocker&) = delete;
  FakeDocker& operator=(const FakeDocker&) = delete;
  std::vector<std::string> asked() const {
    std::ifstream file((folder_.path / "docker.asked"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

 private:
  TemporaryFolder folder_;
  std::string path_before_;
};

}  // namespace

TEST_CASE("a target names its node, its address and perhaps a pod") {
  const FakeDocker docker;
  const FarServer server(FarServer::echo);
  Tunnels tunnels({});
  REQUIRE(tunnels.add("cp1", Interrupt::never()).ok());
  REQUIRE(tunnels.add("cp1", Interrupt::never()).ok());
  CHECK(docker.asked() == std::vector<std::string>{"exec --interactive cp1 /usr/local/bin/hadrill-agent tunnel"});
  REQUIRE(tunnels.find("cp1") != nullptr);
  CHECK(tunnels.find("cp2") == nullptr);

  auto stream = tunnels.open({"cp1", server.address(), ""});
  REQUIRE(stream.ok());
  const Client client(std::move(*stream));
  write_all(client.socket(), "hello");
  CHECK(read_exactly(client.socket(), 5) == "hello");

  auto in_pod = tunnels.open({"cp1", server.address(), "no-such-pod"});
  REQUIRE(in_pod.ok());
  CHECK(Client(std::move(*in_pod)).ended().cause == Cause::pod_gone);

  CHECK(tunnels.open({"cp2", server.address(), ""}).error().kind == ErrorKind::usage);
  CHECK(tunnels.open({"cp1", "nowhere", ""}).error().kind == ErrorKind::usage);
}

TEST_CASE("a node that is not there is an error with the engine's words") {
  const FakeDocker docker;
  Tunnels tunnels({});
  const Status added = tunnels.add("cp9", Interrupt::never());
  REQUIRE_FALSE(added.ok());
  CHECK(added.error().where == "tunnel into cp9");
  CHECK(added.error().message.find("No such container: cp9") != std::string::npos);
}
