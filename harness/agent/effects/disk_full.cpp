// disk.full: every change of the component's data answered with "no space left on device". Bounded: the answer is a
// file system's of ours, nothing is filled.
#include <fcntl.h>
#include <unistd.h>

#include "agent/choose.hpp"
#include "agent/effects/effects.hpp"
#include "agent/effects/passage.hpp"

namespace hadrill::agent {
namespace {

/// Tries to make a file in the folder: 0 when that works, or errno. Nothing is left of it.
int try_to_write(const Json& undo) {
  const std::string path = undo.at("folder").get<std::string>() + "/.hadrill-full-" + undo.at("id").get<std::string>();
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return errno;
  const int failed = write(file, "x", 1) == 1 ? 0 : errno;
  close(file);
  unlink(path.c_str());
  return failed;
}

Result<Json> see_full(const Json& undo) {
  const int failed = try_to_write(undo);
  if (failed == 0) return trouble("a file can be written");
  if (failed != ENOSPC) return trouble(std::string("a write fails otherwise: ") + std::strerror(failed));
  const auto mode = read_passage(undo);
  if (!mode.ok()) return mode.error();
  return Json{{"write", "no space left on device"}, {"refused", std::stoll(mode->substr(mode->rfind(' ') + 1))}};
}

class DiskFull final : public Effect {
 public:
  const char* name() const override { return "disk.full"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    return plan_passage(id, parameters);
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto process = open_passage(undo, patience);
    if (!process.ok()) return process.error();
    if (const int failed = try_to_write(undo); failed != 0)
      return trouble(std::string("nothing can be written even before: ") + std::strerror(failed));
    if (!find_in_passage(undo).ok()) return trouble("the component ended before the disk was full");
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (const Status full = set_passage(undo, "full"); !full.ok()) return full.error();
    auto seen = see_full(undo);
    proof.after_ns = monotonic_ns();
    if (!seen.ok()) return seen.error();
    proof.evidence = std::move(*seen);
    proof.evidence["process"] = to_json(*process);
    return proof;
  }

  /// Not that the component lives: it may well end of this.
  Result<Json> prove(const Json& undo) const override { return see_full(undo); }

  Status undo(const Json& undo, Patience& patience) const override { return close_passage(undo, patience); }

  Result<Json> prove_undone(const Json& undo) const override {
    auto closed = prove_closed(undo);
    if (!closed.ok()) return closed;
    if (const int failed = try_to_write(undo); failed != 0)
      return trouble(std::string("nothing can be written: ") + std::strerror(failed));
    return closed;
  }

  std::vector<std::string> residue() const override { return find_passages(); }
};

}  // namespace

const Effect& disk_full() {
  static const DiskFull effect;
  return effect;
}

}  // namespace hadrill::agent
