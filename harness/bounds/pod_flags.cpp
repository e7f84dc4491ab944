#include "bounds/pod_flags.hpp"

#include <yaml-cpp/yaml.h>

#include <optional>

namespace hadrill::bounds {
namespace {

/// The program of a container: the last part of the path of its first word.
std::string program_of(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  return words.front().substr(words.front().rfind('/') + 1);
}

std::vector<std::string> words_of(const YAML::Node& container) {
  std::vector<std::string> words;
  for (const char* key : {"command", "args"}) {
    const YAML::Node list = container[key];
    if (!list || !list.IsSequence()) continue;
    for (const YAML::Node& word : list) words.push_back(word.as<std::string>());
  }
  return words;
}

YAML::Node pod_spec(const YAML::Node& object) {
  const YAML::Node spec = object["spec"];
  if (!spec || !spec.IsMap()) return {};
  const YAML::Node pod_template = spec["template"];
  return pod_template ? pod_template["spec"] : spec;
}

std::optional<std::vector<std::string>> find_words(const YAML::Node& object, const std::string& component) {
  const YAML::Node spec = object && object.IsMap() ? pod_spec(object) : YAML::Node();
  if (!spec || !spec.IsMap()) return std::nullopt;
  const YAML::Node containers = spec["containers"];
  if (!containers || !containers.IsSequence()) return std::nullopt;
  for (const YAML::Node& container : containers) {
    std::vector<std::string> words = words_of(container);
    if (program_of(words) == component) return words;
  }
  return std::nullopt;
}

/// Flags of all names; a flag without a value is "true".
std::map<std::string, std::string> flags_of(const std::vector<std::string>& words) {
  std::map<std::string, std::string> flags;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string word = words[i];
    if (!word.starts_with("-")) continue;
    word.erase(0, word.find_first_not_of('-'));
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) {
      flags[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("-")) {
      flags[word] = words[++i];
    } else if (!word.empty()) {
      flags[word] = "true";
    }
  }
  return flags;
}

}  // namespace

bool runs_component(std::string_view text, const std::string& component) {
  try {
    return find_words(YAML::Load(std::string(text)), component).has_value();
  } catch (const YAML::Exception&) {
    return false;
  }
}

Result<FlagSource> read_pod_flags(std::string_view text, const std::string& component, const std::string& node,
                                  const std::string& source) {
  std::optional<std::vector<std::string>> words;
  try {
    words = find_words(YAML::Load(std::string(text)), component);
  } catch (const YAML::Exception& broken) {
    return infrastructure_error(source, std::string("cannot be read: ") + broken.what());
  }
  if (!words) return infrastructure_error(source, "has no container that runs " + component);
  FlagSource flags{component, node, source, {}};
  for (auto& [name, value] : flags_of(*words)) {
    if (!is_needed(component, name)) continue;
    if (value.find("$(") != std::string::npos)
      return infrastructure_error(source, "--" + name + " is " + value + ", which is expanded elsewhere");
    if (name == "config")
      return infrastructure_error(source, "--config " + value + " may change every flag, and is not read");
    flags.values[name] = value;
  }
  return flags;
}

}  // namespace hadrill::bounds
