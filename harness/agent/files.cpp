#include "agent/files.hpp"

#include <unistd.h>

#include <cerrno>
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

bool write_all(int descriptor, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t size = write(descriptor, text.data() + done, text.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    done += static_cast<std::size_t>(size);
  }
  return true;
}

}  // namespace hadrill::agent
