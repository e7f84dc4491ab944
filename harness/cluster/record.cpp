#include "cluster/record.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/json.hpp"

namespace hadrill {

namespace fs = std::filesystem;

Result<std::optional<ClusterRecord>> ClusterRecords::find(const std::string& name) const {
  const fs::path path = clusters_ / name / "record.json";
  if (!fs::exists(path)) return std::optional<ClusterRecord>();
  const Result<std::string> text = read_file(path);
  if (!text.ok()) return text.error();
  const Result<Json> document = parse_json(*text, path.string());
  if (!document.ok()) return document.error();
  ClusterRecord record{name, json_text(*document, "/topology"), json_text(*document, "/nodeImage"), {}, false};
  record.in_use = json_get<bool>(*document, "/inUse").value_or(false);
  record.container_ids = json_texts(*document, "/containerIds");
  return std::optional(record);
}

std::vector<std::string> ClusterRecords::names() const {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& folder : fs::directory_iterator(clusters_, none)) {
    if (fs::exists(folder.path() / "record.json", none)) names.push_back(folder.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status ClusterRecords::write(const ClusterRecord& record) const {
  const Json document = {{"version", 1},
                         {"cluster", record.name},
                         {"topology", record.topology},
                         {"nodeImage", record.node_image},
                         {"containerIds", record.container_ids},
                         {"inUse", record.in_use}};
  return write_file(clusters_ / record.name / "record.json", document.dump(2) + "\n", FileAccess::owner_only);
}

Status ClusterRecords::remove(const std::string& name) const {
  std::error_code failed;
  fs::remove_all(clusters_ / name, failed);
  if (failed) return infrastructure_error((clusters_ / name).string(), "cannot be removed: " + failed.message());
  std::error_code not_empty;
  if (fs::remove(clusters_, not_empty)) fs::remove(clusters_.parent_path(), not_empty);
  return Ok{};
}

}  // namespace hadrill
