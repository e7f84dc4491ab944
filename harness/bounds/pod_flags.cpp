#include "bounds/pod_flags.hpp"

#include <yaml-cpp/yaml.h>

#include <cctype>
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

/// The container that runs `component`.
std::optional<YAML::Node> find_container(const YAML::Node& object, const std::string& component) {
  const YAML::Node spec = object && object.IsMap() ? pod_spec(object) : YAML::Node();
  if (!spec || !spec.IsMap()) return std::nullopt;
  const YAML::Node containers = spec["containers"];
  if (!containers || !containers.IsSequence()) return std::nullopt;
  for (const YAML::Node& container : containers) {
    if (program_of(words_of(container)) == component) return container;
  }
  return std::nullopt;
}

/// The flag that etcd takes from an environment variable: ETCD_ELECTION_TIMEOUT is --election-timeout. "" for none.
std::string etcd_flag_of(const std::string& variable) {
  constexpr std::string_view kPrefix = "ETCD_";
  if (!variable.starts_with(kPrefix)) return {};
  std::string flag;
  for (const char letter : variable.substr(kPrefix.size()))
    flag += letter == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return flag;
}

/// What of etcd's environment leaves its flags unknown, in words; "" when nothing does. Of the components here it alone
/// reads flags from there. Source: etcd server/etcdmain/config.go (parse, configFromCmdLine).
std::string environment_trouble(const YAML::Node& etcd) {
  const YAML::Node from = etcd["envFrom"];
  if (from && from.IsSequence() && from.size() > 0) return "envFrom may change every flag, and is not read";
  const YAML::Node variables = etcd["env"];
  if (!variables || !variables.IsSequence()) return {};
  for (const YAML::Node& variable : variables) {
    const auto name = variable["name"].as<std::string>();
    if (const std::string flag = etcd_flag_of(name); is_needed(component::etcd, flag))
      return "the environment variable " + name + " may change --" + flag + ", and is not read";
  }
  return {};
}

/// What a container that runs a component was told.
struct Told {
  std::vector<std::string> words;
  std::string trouble;  ///< why that is not all of it; else ""
};

std::optional<Told> find_told(const YAML::Node& object, const std::string& component) {
  const auto container = find_container(object, component);
  if (!container) return std::nullopt;
  return Told{words_of(*container), component == component::etcd ? environment_trouble(*container) : std::string()};
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
    return find_container(YAML::Load(std::string(text)), component).has_value();
  } catch (const YAML::Exception&) {
    return false;
  }
}

Result<FlagSource> read_pod_flags(std::string_view text, const std::string& component, const std::string& node,
                                  const std::string& source) {
  std::optional<Told> told;
  try {
    told = find_told(YAML::Load(std::string(text)), component);
  } catch (const YAML::Exception& broken) {
    return infrastructure_error(source, std::string("cannot be read: ") + broken.what());
  }
  if (!told) return infrastructure_error(source, "has no container that runs " + component);
  if (!told->trouble.empty()) return infrastructure_error(source, told->trouble);
  FlagSource flags{component, node, source, {}};
  for (auto& [name, value] : flags_of(told->words)) {
    if (!is_needed(component, name)) continue;
    if (value.find("$(") != std::string::npos)
      return infrastructure_error(source, "--" + name + " is " + value + ", which is expanded elsewhere");
    if (name == "config" || name == "config-file")
      return infrastructure_error(source, "--" + name + " " + value + " may change every flag, and is not read");
    flags.values[name] = value;
  }
  return flags;
}

}  // namespace hadrill::bounds
