#include "cluster/prepared.hpp"

#include <cstdlib>

#include "base/file.hpp"
#include "base/json.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

/// The folder of an XDG variable, or its default below HOME; empty when neither is known.
fs::path base_folder(const char* variable, const char* below_home) {
  // Read before any thread is started.
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  if (value != nullptr && *value == '/') return value;
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  return home != nullptr && *home != '\0' ? fs::path(home) / below_home : fs::path();
}

}  // namespace

Result<Folders> Folders::from_environment() {
  const fs::path cache = base_folder("XDG_CACHE_HOME", ".cache");
  const fs::path state = base_folder("XDG_STATE_HOME", ".local/state");
  if (cache.empty() || state.empty())
    return usage_error("environment", "neither HOME nor XDG_CACHE_HOME and XDG_STATE_HOME are set");
  return Folders{cache / "hadrill", state / "hadrill"};
}

Result<Prepared> read_prepared(const fs::path& cache) {
  const fs::path path = cache / "prepared.json";
  const std::string advice = std::string("set-up has not been run here: ") + kHowToPrepare;
  if (!fs::exists(path)) return infrastructure_error(path.string(), advice);
  const Result<std::string> text = read_file(path);
  if (!text.ok()) return text.error();
  const Result<Json> document = parse_json(*text, path.string());
  if (!document.ok()) return document.error();
  Prepared prepared{json_text(*document, "/kind"), json_text(*document, "/nodeImage"),
                    json_text(*document, "/loadBalancerImage"), json_text(*document, "/frontDoorImage")};
  if (prepared.node_image.empty() || prepared.load_balancer_image.empty() || !fs::exists(prepared.kind)) {
    return infrastructure_error(path.string(), advice);
  }
  return prepared;
}

}  // namespace hadrill
