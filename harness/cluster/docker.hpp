// Owns what we ask of the container engine, by its command: nothing here knows Kubernetes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/json.hpp"
#include "process/runner.hpp"

namespace hadrill {

/// Label kind puts on every container of a cluster; its value is the cluster's name.
inline constexpr const char* kClusterLabel = "io.x-k8s.kind.cluster";

/// The same for containers that kind may not know of, because they are there before it makes its own.
inline constexpr const char* kOwnClusterLabel = "io.hadrill.cluster";
/// What such a container is for: "etcd", "node-load-balancer".
inline constexpr const char* kOwnRoleLabel = "io.hadrill.role";

struct EngineInfo {
  std::string version;
  std::string storage_driver;
  std::string cgroup_version;
  std::string kernel;
  std::string root_dir;  ///< where the engine keeps images and volumes
  int cpus = 0;
  std::int64_t memory_bytes = 0;
};

struct Container {
  std::string id;  ///< full
  std::string name;
  Json inspect;  ///< everything `docker inspect` says
};

/// Where a container is in its life, as the engine sees it.
struct ContainerState {
  std::string id;  ///< full
  std::string name;
  bool exists = true;  ///< false: removed; nothing else is set then
  bool running = false;
  bool paused = false;      ///< a paused container runs as well
  bool restarting = false;  ///< the engine is about to start it again by itself
  pid_t pid = 0;            ///< of its init process, in the engine's pid namespace; 0 when it does not run
  std::string started_at;   ///< of its last start, as the engine writes it
  std::string network;      ///< the network it is attached to, the first by name; "" when none
  std::string address;      ///< its IPv4 address there; "" when it does not run
};

/// Reads what `docker inspect` says of one container.
ContainerState read_state(const Json& inspect);

/// The engine behind the docker command. Every call has a deadline.
class Docker {
 public:
  explicit Docker(Runner& runner) : runner_(runner) {}

  /// Error (infrastructure) in words for: no docker command, engine not running, no permission.
  Result<EngineInfo> info(const Interrupt& interrupt);
  /// All containers of a cluster, those beside kind's own included, running or not.
  Result<std::vector<Container>> cluster_containers(const std::string& cluster, const Interrupt& interrupt);
  /// Runs a command inside a container. A non-zero exit code is an error.
  Result<Completed> exec(const std::string& container, const std::vector<std::string>& argv, const std::string& input,
                         Duration timeout, const Interrupt& interrupt);
  /// `docker create` with these arguments: a container that does not run yet.
  Status create(const std::vector<std::string>& arguments, const Interrupt& interrupt);
  Status copy_into(const std::string& container, const std::string& from, const std::string& to,
                   const Interrupt& interrupt);
  /// One container by its name or id; a removed one is no error, see ContainerState::exists.
  Result<ContainerState> state(const std::string& container, const Interrupt& interrupt);
  /// SIGKILL to its init process: all of the container ends, what is frozen in it included when `container` is its full
  /// id. The engine does not start it again by itself.
  Status kill(const std::string& container, const Interrupt& interrupt);
  /// Fine when it runs already.
  Status start(const std::string& container, const Interrupt& interrupt);
  /// Stops all its processes by the freezer, or lets them go on.
  Status pause(const std::string& container, const Interrupt& interrupt);
  Status unpause(const std::string& container, const Interrupt& interrupt);
  /// Attaches a container that does not run to `network` anew, so that its next start gives it `address`.
  Status pin_address(const ContainerState& container, const std::string& network, const std::string& address,
                     const Interrupt& interrupt);
  /// The first word of a text file in a container, running or not. Error: no such file, or nothing in it.
  Result<std::string> first_word(const std::string& container, const std::string& path, const Interrupt& interrupt);
  /// Force-removes containers with their anonymous volumes. Ids that are gone already are fine.
  Status remove_containers(const std::vector<std::string>& ids, const Interrupt& interrupt);
  /// A label of a local image, "" when it has none; error when there is no such image.
  Result<std::string> image_label(const std::string& image, const std::string& label, const Interrupt& interrupt);
  Result<std::string> image_id(const std::string& image, const Interrupt& interrupt);

  /// Makes the network `name` with `subnet` unless there is one of that name; a new one carries our label.
  Status ensure_network(const std::string& name, const std::string& subnet, const std::string& range,
                        const Interrupt& interrupt);
  /// Removes the network if it carries our label and nothing is attached to it.
  Status remove_own_network(const std::string& name, const Interrupt& interrupt);

 private:
  static Command command(std::vector<std::string> arguments, Duration timeout);
  /// `docker VERB CONTAINER`
  Status change(const std::string& verb, const std::string& container, const Interrupt& interrupt);

  Runner& runner_;
};

}  // namespace hadrill
