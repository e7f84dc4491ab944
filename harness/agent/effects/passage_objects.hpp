// Owns the objects of a passage as its server knows them: each is held by an O_PATH descriptor, so renaming and
// removing what is open work as in the folder underneath. Used by several threads at a time.
#pragma once
#define FUSE_USE_VERSION 34

#include <fuse3/fuse_lowlevel.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace hadrill::agent {

/// The kernel may believe for so long what it was told: nobody else changes what is underneath.
inline constexpr double kBelieve = 1.0;

/// One object that the kernel knows of.
struct PassageObject {
  int file = -1;  ///< O_PATH
  std::uint64_t lookups = 0;
};

/// The one passage of this process: libfuse's functions are plain functions.
struct Passage {
  std::mutex mutex;
  std::map<std::pair<dev_t, ino_t>, std::unique_ptr<PassageObject>> objects;  ///< guarded by mutex
  PassageObject root;
  std::atomic<bool> full{false};          ///< whether changes that take room are refused
  std::atomic<long> delay_ms{0};          ///< how long each sync is held up
  std::atomic<std::uint64_t> refused{0};  ///< changes that were
};
Passage& passage();

/// Descriptor of the object that the kernel calls `number`.
int file_of(fuse_ino_t number);
/// A path that opens the object anew: O_PATH descriptors cannot be read or written.
std::string path_of(fuse_ino_t number);
/// The object called `name` in `parent`, one lookup more on it. 0, or errno.
int enter(fuse_ino_t parent, const char* name, fuse_entry_param& entry);
/// The kernel forgets `lookups` of it; with the last one it is closed.
void forget(fuse_ino_t number, std::uint64_t lookups);

/// The switch of a passage: takes "full", "delay MILLISECONDS" or "off". 0, or EINVAL.
int switch_passage(const std::string& mode);
/// Mode and number of refused changes: "full 12".
std::string passage_state();

/// What the kernel may ask of a passage.
fuse_lowlevel_ops passage_operations();

}  // namespace hadrill::agent
