#include "agent/files.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace hadrill::agent {

std::filesystem::path kubernetes_folder() {
  const char* told = std::getenv("HADRILL_AGENT_KUBERNETES");  // NOLINT(concurrency-mt-unsafe): one thread
  return told != nullptr ? told : "/etc/kubernetes";
}

std::filesystem::path manifest_stash() { return kubernetes_folder() / "hadrill"; }

bool there(const std::filesystem::path& path) {
  std::error_code none;
  return std::filesystem::exists(path, none);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace hadrill::agent
