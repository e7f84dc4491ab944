#include "cluster/blueprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "document/checked.hpp"
#include "document/enum_words.hpp"
#include "document/problems.hpp"
#include "document/yaml_files.hpp"

namespace hadrill {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, FrontDoor>, 3> kFrontDoors{
    {{"kind", FrontDoor::kind}, {"nginx", FrontDoor::nginx}, {"haproxy", FrontDoor::haproxy}}};
/// Six containers: 3.5 GiB were measured with a run going on.
constexpr double kMemoryGib = 4;
/// Six containers with a volume each: images are unpacked once per node.
constexpr double kDiskGib = 6;

const Format& topology_format() {
  static const Format format("topology", topology_schema_text());
  return format;
}

}  // namespace

std::string to_string(FrontDoor door) {
  for (const auto& [name, value] : kFrontDoors) {
    if (value == door) return std::string(name);
  }
  return "?";
}

Result<Blueprint> read_blueprint(std::string_view text, const std::string& file) {
  const auto root = read_checked(text, file, topology_format());
  if (!root.ok()) return root.error();
  Blueprint out;
  out.name = json_text(*root, "/metadata/name");
  out.description = json_text(*root, "/metadata/description");
  out.cluster = json_text(*root, "/cluster");
  out.front_door = enum_from(kFrontDoors, json_text(*root, "/frontDoor", "kind"));
  if (json_text(*root, "/etcd") == "external") out.etcd = EtcdLayout::external;
  if (json_text(*root, "/controllers") == "daemon-sets") out.controllers = ControllerLayout::daemon_sets;
  for (const Json& workload : json_array(*root, "/workloads")) out.workloads.push_back(workload.get<std::string>());
  for (const Json& image : json_array(*root, "/images")) out.workload_image |= image == "workload";
  if (const auto port = json_get<int>(*root, "/nodeLoadBalancer/port"))
    out.balanced_node_port = static_cast<std::uint16_t>(*port);
  out.memory_gib = json_get<double>(*root, "/needs/memoryGib").value_or(kMemoryGib);
  out.disk_gib = json_get<double>(*root, "/needs/diskGib").value_or(kDiskGib);
  return out;
}

Result<Blueprint> BlueprintFolder::find(const std::string& name) const {
  const fs::path folder = folder_ / "topologies";
  const auto known = yaml_names(folder);
  if (std::find(known.begin(), known.end(), name) == known.end())
    return usage_error("topology", unknown_word("topology", name, known));
  const fs::path path = folder / (name + ".yaml");
  const auto text = read_file(path);
  if (!text.ok()) return text.error();
  auto blueprint = read_blueprint(*text, path.string());
  if (!blueprint.ok()) return blueprint;
  if (blueprint->name != name) {
    return usage_error(path.string(), fmt::format(R"(it calls itself "{}"; expected "{}", as its file is called)",
                                                  blueprint->name, name));
  }
  const auto clusters = yaml_names(folder_ / "clusters");
  if (std::find(clusters.begin(), clusters.end(), blueprint->cluster) == clusters.end())
    return usage_error(path.string(), unknown_word("cluster", blueprint->cluster, clusters));
  for (const std::string& workload : blueprint->workloads) {
    if (!fs::exists(this->workload(workload)))
      return usage_error(path.string(),
                         fmt::format("no workload \"{}\" in {}", workload, (folder_ / "workloads").string()));
  }
  return blueprint;
}

fs::path BlueprintFolder::kind_config(const Blueprint& blueprint) const {
  return folder_ / "clusters" / (blueprint.cluster + ".yaml");
}

fs::path BlueprintFolder::front_door(FrontDoor door) const {
  return folder_ / "front-doors" / (to_string(door) + (door == FrontDoor::nginx ? ".conf" : ".cfg"));
}

}  // namespace hadrill
