#include "agent/effects/passage_objects.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace hadrill::agent {
namespace {

constexpr long kLongestDelayMs = 60'000;

PassageObject& object_of(fuse_ino_t number) {
  return number == FUSE_ROOT_ID ? passage().root
                                : *reinterpret_cast<PassageObject*>(number);  // NOLINT: libfuse's way to name objects
}

}  // namespace

Passage& passage() {
  static Passage one;
  return one;
}

int file_of(fuse_ino_t number) { return object_of(number).file; }

std::string path_of(fuse_ino_t number) { return "/proc/self/fd/" + std::to_string(file_of(number)); }

int enter(fuse_ino_t parent, const char* name, fuse_entry_param& entry) {
  entry = {};
  entry.attr_timeout = entry.entry_timeout = kBelieve;
  const int file = openat(file_of(parent), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return errno;
  if (fstatat(file, "", &entry.attr, AT_EMPTY_PATH) != 0) {
    const int failed = errno;
    close(file);
    return failed;
  }
  const std::scoped_lock lock(passage().mutex);
  auto& object = passage().objects[{entry.attr.st_dev, entry.attr.st_ino}];
  if (object) {
    close(file);
  } else {
    object = std::make_unique<PassageObject>();
    object->file = file;
  }
  ++object->lookups;
  entry.ino = reinterpret_cast<fuse_ino_t>(object.get());  // NOLINT: as above
  return 0;
}

void forget(fuse_ino_t number, std::uint64_t lookups) {
  if (number == FUSE_ROOT_ID) return;
  const std::scoped_lock lock(passage().mutex);
  PassageObject& object = object_of(number);
  object.lookups -= std::min(object.lookups, lookups);
  if (object.lookups > 0) return;
  close(object.file);
  std::erase_if(passage().objects, [&](const auto& known) { return known.second.get() == &object; });
}

int switch_passage(const std::string& mode) {
  if (mode == "full" || mode == "off") {
    passage().full = mode == "full";
    passage().delay_ms = 0;
    return 0;
  }
  if (!mode.starts_with("delay ")) return EINVAL;
  char* end = nullptr;
  const long delay = std::strtol(mode.c_str() + 6, &end, 10);
  if (*end != '\0' || delay < 0 || delay > kLongestDelayMs) return EINVAL;
  passage().delay_ms = delay;
  return 0;
}

std::string passage_state() {
  const long delay = passage().delay_ms;
  std::string mode = passage().full ? "full" : "off";
  if (delay > 0) mode = "delay " + std::to_string(delay);
  return mode + " " + std::to_string(passage().refused.load());
}

}  // namespace hadrill::agent
