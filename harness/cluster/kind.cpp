#include "cluster/kind.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hadrill {
namespace {

using namespace std::chrono_literals;

/// 78 s were measured on 2 cores; kubeadm's own limits add up to about 10 minutes.
constexpr auto kCreateTimeout = 10min;
constexpr auto kLoadTimeout = 2min;
constexpr auto kLogsTimeout = 120s;
constexpr auto kVersionTimeout = 10s;

}  // namespace

std::string kind_step(const std::string& line) {
  constexpr std::string_view kBullet = " \u2022 ";
  if (!line.starts_with(kBullet)) return {};
  std::string text;
  for (const char c : line.substr(kBullet.size())) {
    if (static_cast<unsigned char>(c) >= 0x80) break;  // the ornaments follow the words
    text += c;
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

Status Kind::create(const Creation& creation, const std::function<void(const std::string&)>& on_step,
                    const Interrupt& interrupt) {
  Command create{{prepared_.kind, "create", "cluster", "--name", creation.cluster, "--image", prepared_.node_image,
                  "--config", creation.config.string(), "--kubeconfig", creation.kubeconfig.string(), "--retain"},
                 kCreateTimeout};
  create.environment["KIND_EXPERIMENTAL_PROVIDER"] = "docker";
  if (creation.overlayfs_snapshotter) create.environment["KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER"] = "overlayfs";
  create.on_error_line = [&](const std::string& line) {
    const std::string step = kind_step(line);
    if (!step.empty()) on_step(step);
  };
  const auto done = run_checked(runner_, "cluster create", create, interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Status Kind::load_image(const std::string& cluster, const std::filesystem::path& archive,
                        const std::vector<std::string>& nodes, const Interrupt& interrupt) {
  Command load{{prepared_.kind, "load", "image-archive", archive.string(), "--name", cluster, "--nodes",
                fmt::format("{}", fmt::join(nodes, ","))},
               kLoadTimeout};
  load.environment["KIND_EXPERIMENTAL_PROVIDER"] = "docker";
  const auto done = run_checked(runner_, "cluster image", load, interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Status Kind::export_logs(const std::string& cluster, const std::filesystem::path& folder, const Interrupt& interrupt) {
  const auto done =
      run_checked(runner_, "cluster logs",
                  {{prepared_.kind, "export", "logs", folder.string(), "--name", cluster}, kLogsTimeout}, interrupt);
  if (!done.ok()) return done.error();
  return Ok{};
}

Result<std::string> Kind::version(const Interrupt& interrupt) {
  const auto done = run_checked(runner_, "kind", {{prepared_.kind, "version", "--quiet"}, kVersionTimeout}, interrupt);
  if (!done.ok()) return done.error();
  return last_lines(done->out, 1);
}

}  // namespace hadrill
