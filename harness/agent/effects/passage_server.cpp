// The other side of a passage: a worker that answers the kernel for the file system over a folder, from the folder
// itself, which it opened before it was covered.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <array>

#include "agent/effects/effects.hpp"
#include "agent/effects/passage.hpp"
#include "agent/effects/passage_objects.hpp"
#include "agent/worker.hpp"

/// Stands in for the half of libfuse that makes character devices, which nobody asks for here: with it come loadable
/// modules, which a static executable cannot have.
extern "C" void cuse_lowlevel_init(fuse_req_t /*request*/, fuse_ino_t /*number*/, const void* /*argument*/) {}

namespace hadrill::agent {
namespace {

/// Mounts it; the descriptor the kernel is answered through. Error: why not.
Result<int> mount_over(const std::string& folder, const std::string& source) {
  passage().root.file = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (passage().root.file < 0) return system_trouble("open " + folder);
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) return system_trouble("open /dev/fuse");
  const std::string options = "fd=" + std::to_string(device) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  // Not by libfuse: it would look for a fusermount3 and keep an mtab.
  if (mount(source.c_str(), folder.c_str(), kPassageType, MS_NOSUID | MS_NODEV | MS_NOATIME, options.c_str()) != 0)
    return system_trouble("mount " + std::string(kPassageType) + " on " + folder);
  return device;
}

}  // namespace

int run_passage(const Json& parameters, int report) {
  std::string name = "hadrill-agent";
  std::array<char*, 2> words{name.data(), nullptr};
  fuse_args arguments = FUSE_ARGS_INIT(1, words.data());
  const fuse_lowlevel_ops known = passage_operations();
  fuse_session* session = fuse_session_new(&arguments, &known, sizeof known, nullptr);
  if (session == nullptr) {
    report_line(report, {{"ok", false}, {"error", "libfuse cannot begin"}});
    return 1;
  }
  umask(0);  // modes come from the callers, whose masks the kernel has applied
  const auto device =
      mount_over(parameters.at("folder").get<std::string>(), parameters.at("source").get<std::string>());
  if (!device.ok() || fuse_session_mount(session, ("/dev/fd/" + std::to_string(*device)).c_str()) != 0) {
    report_line(report, {{"ok", false}, {"error", device.ok() ? "libfuse cannot go on" : device.error().message}});
    return 1;
  }
  report_line(report, {{"ok", true}});
  fuse_loop_config threads{};
  threads.max_idle_threads = 10;
  return fuse_session_loop_mt(session, &threads);  // until it is unmounted and nobody uses it, or we are ended
}

}  // namespace hadrill::agent
