// static-pod.remove: the manifest of a static pod moved away, so that the kubelet ends the pod and does not start it
// again; taken back by moving it back. Both moves are one rename on one file system.
#include <filesystem>

#include "agent/choose.hpp"
#include "agent/effects/effects.hpp"
#include "agent/files.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// The kubelet sees it at once where inotify works, after fileCheckFrequency (20 s) otherwise; the pod then has its
/// termination grace period (30 s).
constexpr auto kEffect = 70s;

fs::path manifest(const std::string& name) { return kubernetes_folder() / "manifests" / (name + ".yaml"); }

class StaticPodRemove final : public Effect {
 public:
  const char* name() const override { return "static-pod.remove"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const auto pod = parameters.at("manifest").get<std::string>();
    if (pod.empty() || pod.find('/') != std::string::npos) return trouble("not the name of a manifest: " + pod);
    const auto choice = read_choice(parameters);
    if (!choice.ok()) return choice.error();
    if (!there(manifest(pod))) return trouble("no manifest " + manifest(pod).string());
    const auto process = find_oldest(*choice);
    if (!process.ok()) return process.error();
    return Json{{"from", manifest(pod).string()},
                {"to", (manifest_stash() / (id + "." + pod + ".yaml")).string()},
                {"choice", to_json(*choice)},
                {"process", to_json(*process)}};
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto process = read_process_info(undo.at("process"));
    std::error_code failed;
    fs::create_directories(manifest_stash(), failed);
    Proof proof;
    proof.before_ns = monotonic_ns();
    fs::rename(undo.at("from").get<std::string>(), undo.at("to").get<std::string>(), failed);
    if (failed) return trouble("cannot move the manifest: " + failed.message());
    if (!patience.until([&] { return !still_lives(process); }, kEffect))
      return trouble("the kubelet does not end " + process.program);
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"manifest", undo.at("from")}, {"gone", to_json(process)}};
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    if (there(undo.at("from").get<std::string>())) return trouble("the manifest is there");
    const auto choice = read_choice(undo.at("choice"));
    if (choice.ok() && !find_processes(*choice).empty()) return trouble("a process " + describe(*choice) + " runs");
    return Json{{"manifest", "moved away"}};
  }

  Status undo(const Json& undo, Patience& /*patience*/) const override {
    const fs::path to = undo.at("to").get<std::string>();
    std::error_code failed;
    if (there(to)) fs::rename(to, undo.at("from").get<std::string>(), failed);
    if (failed) return trouble("cannot move the manifest back: " + failed.message());
    fs::remove(manifest_stash(), failed);  // only when empty
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    if (!there(undo.at("from").get<std::string>())) return trouble("the manifest is not there");
    return Json{{"manifest", undo.at("from")}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    std::error_code failed;
    for (const auto& file : fs::directory_iterator(manifest_stash(), failed))
      left.push_back("manifest " + file.path().string() + " was moved away");
    return left;
  }
};

}  // namespace

const Effect& static_pod_remove() {
  static const StaticPodRemove effect;
  return effect;
}

}  // namespace hadrill::agent
