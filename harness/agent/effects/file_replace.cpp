// file.replace: a file of Kubernetes' configuration replaced by another content in one step, e.g. a certificate by an
// expired one; taken back by moving the original, which lies beside it under a hidden name, over it again.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "agent/base64.hpp"
#include "agent/effects/effects.hpp"
#include "agent/files.hpp"
#include "agent/proc.hpp"
#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::size_t kLargest = 256 * 1024;
constexpr const char* kMark = ".hadrill-";
/// An API server looks at its files at least once a minute.
constexpr auto kSeen = 90s;
constexpr auto kHandshake = 8s;
constexpr const char* kHandshakeSeconds = "7";
/// curl: the server's certificate is not accepted.
constexpr int kPeerNotVerified = 60;

fs::path folder_of_certificates() { return kubernetes_folder() / "pki"; }

/// The name itself, wherever it may lead.
bool is_named(const fs::path& path) {
  std::error_code none;
  return fs::exists(fs::symlink_status(path, none));
}

bool same_file(const fs::path& a, const fs::path& b) {
  struct stat of_a {};
  struct stat of_b {};
  return lstat(a.c_str(), &of_a) == 0 && lstat(b.c_str(), &of_b) == 0 && of_a.st_ino == of_b.st_ino &&
         of_a.st_dev == of_b.st_dev;
}

/// Whether a new TLS connection meets an expired certificate. Error: what else it met.
Status meets_expired(const Json& seen_at) {
  const auto said =
      run_program({"curl", "--silent", "--show-error", "--output", "/dev/null", "--max-time", kHandshakeSeconds,
                   "--cacert", seen_at.at("ca").get<std::string>(), seen_at.at("url").get<std::string>()},
                  kHandshake);
  if (!said.ok()) return said.error();
  if (said->exit_code == kPeerNotVerified && said->output.find("expired") != std::string::npos) return Ok{};
  return trouble("a new connection to " + seen_at.at("url").get<std::string>() +
                 " does not meet an expired certificate" +
                 (said->output.empty() ? "" : ": " + said->output.substr(0, said->output.find('\n'))));
}

class FileReplace final : public Effect {
 public:
  const char* name() const override { return "file.replace"; }

  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const fs::path path = parameters.at("path").get<std::string>();
    const std::string within = folder_of_certificates().string() + "/";
    if (path.lexically_normal() != path || !path.string().starts_with(within))
      return trouble("only files in " + within + " are replaced, not " + path.string());
    std::error_code none;
    if (!fs::is_regular_file(fs::symlink_status(path, none))) return trouble("no regular file " + path.string());
    const std::string hidden = "." + path.filename().string() + kMark;
    for (const auto& file : fs::directory_iterator(path.parent_path(), none)) {
      if (file.path().filename().string().starts_with(hidden)) return trouble(path.string() + " is replaced already");
    }
    const auto content = parameters.at("content").get<std::string>();
    const auto bytes = from_base64(content);
    if (!bytes) return trouble("the content is not base64");
    if (bytes->empty() || bytes->size() > kLargest) return trouble("the content has to be 1 byte to 256 KiB");
    Json undo{{"path", path.string()},
              {"kept", (path.parent_path() / (hidden + id)).string()},
              {"part", (path.parent_path() / (hidden + id + ".new")).string()},
              {"content", content}};
    if (parameters.contains("seenAt")) {
      undo["seenAt"] = {{"url", parameters["seenAt"].at("url").get<std::string>()},
                        {"ca", parameters["seenAt"].at("ca").get<std::string>()}};
    }
    return undo;
  }

  Result<Proof> inject(const Json& undo, Patience& patience) const override {
    const auto path = undo.at("path").get<std::string>();
    const auto part = undo.at("part").get<std::string>();
    const auto bytes = from_base64(undo.at("content").get<std::string>()).value_or("");
    if (const Status written = write_twin(part, bytes, path); !written.ok()) return written.error();
    // A second name for the very file: what is moved back later has its owner, mode and times.
    if (link(path.c_str(), undo.at("kept").get<std::string>().c_str()) != 0)
      return system_trouble("cannot keep " + path);
    Proof proof;
    proof.before_ns = monotonic_ns();
    if (rename(part.c_str(), path.c_str()) != 0) return system_trouble("cannot replace " + path);
    proof.after_ns = monotonic_ns();
    proof.evidence = {{"path", path}, {"inPlace", true}};
    if (!undo.contains("seenAt")) return proof;
    Status seen = trouble("not asked");
    const auto look = [&] {
      seen = meets_expired(undo.at("seenAt"));
      return seen.ok();
    };
    if (!patience.until(look, kSeen, 50ms)) return seen.error();
    proof.after_ns = monotonic_ns();
    proof.evidence["seenAt"] = undo.at("seenAt").at("url");
    return proof;
  }

  Result<Json> prove(const Json& undo) const override {
    const auto path = undo.at("path").get<std::string>();
    if (content_of(path) != from_base64(undo.at("content").get<std::string>()))
      return trouble(path + " has another content");
    Json evidence{{"path", path}, {"inPlace", true}};
    if (!undo.contains("seenAt")) return evidence;
    if (const Status seen = meets_expired(undo.at("seenAt")); !seen.ok()) return seen.error();
    evidence["seenAt"] = undo.at("seenAt").at("url");
    return evidence;
  }

  Status undo(const Json& undo, Patience& /*patience*/) const override {
    const auto path = undo.at("path").get<std::string>();
    const auto kept = undo.at("kept").get<std::string>();
    if (is_named(kept)) {
      // Between two names of one file, rename does nothing and leaves both.
      const bool replaced = !same_file(path, kept);
      const int done = replaced ? rename(kept.c_str(), path.c_str()) : unlink(kept.c_str());
      if (done != 0) return system_trouble("cannot move " + kept + " back");
    }
    if (unlink(undo.at("part").get<std::string>().c_str()) != 0 && errno != ENOENT)
      return system_trouble("cannot remove " + undo.at("part").get<std::string>());
    return Ok{};
  }

  Result<Json> prove_undone(const Json& undo) const override {
    const auto path = undo.at("path").get<std::string>();
    for (const char* name : {"kept", "part"}) {
      if (is_named(undo.at(name).get<std::string>()))
        return trouble(undo.at(name).get<std::string>() + " is still there");
    }
    if (!is_named(path)) return trouble("no file " + path);
    if (content_of(path) == from_base64(undo.at("content").get<std::string>()))
      return trouble(path + " still has the other content");
    return Json{{"path", path}};
  }

  std::vector<std::string> residue() const override {
    std::vector<std::string> left;
    std::error_code failed;
    for (const auto& file : fs::recursive_directory_iterator(folder_of_certificates(), failed)) {
      const std::string name = file.path().filename().string();
      if (name.starts_with(".") && name.find(kMark) != std::string::npos)
        left.push_back("file " + file.path().string() + " was kept for putting it back");
    }
    return left;
  }

 private:
  /// Writes `bytes` to `part`, to be of the same owner and mode as `original`.
  static Status write_twin(const std::string& part, const std::string& bytes, const std::string& original) {
    struct stat like {};
    if (stat(original.c_str(), &like) != 0) return system_trouble("stat " + original);
    const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return system_trouble("open " + part);
    const bool written = write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
                         fchown(file, like.st_uid, like.st_gid) == 0 && fchmod(file, like.st_mode & 07777U) == 0 &&
                         fsync(file) == 0;
    Status status = written ? Status(Ok{}) : Status(system_trouble("write " + part));
    close(file);
    return status;
  }
};

}  // namespace

const Effect& file_replace() {
  static const FileReplace effect;
  return effect;
}

}  // namespace hadrill::agent
