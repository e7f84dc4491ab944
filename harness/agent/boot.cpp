#include "agent/boot.hpp"

#include <fstream>

namespace hadrill::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "hadrill-heal.service";
constexpr const char* kUnit = R"([Unit]
Description=Undo what hadrill had in force when this node went down
After=containerd.service kubelet.service
ConditionDirectoryNotEmpty=/var/lib/hadrill/journal

[Service]
Type=oneshot
ExecStart=/usr/local/bin/hadrill-agent heal

[Install]
WantedBy=multi-user.target
)";

}  // namespace

void arrange_heal_at_boot(const fs::path& root) {
  std::error_code failed;
  const fs::path units = root / "etc/systemd/system";
  if (!fs::is_directory(root / "run/systemd/system", failed) || fs::exists(units / kName, failed)) return;
  const fs::path wants = units / "multi-user.target.wants";
  fs::create_directories(wants, failed);
  std::ofstream(units / kName) << kUnit;
  fs::create_symlink(units / kName, wants / kName, failed);
}

}  // namespace hadrill::agent
