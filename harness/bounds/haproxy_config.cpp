#include <fmt/format.h>

#include <optional>
#include <sstream>

#include "base/duration.hpp"
#include "bounds/lb_config.hpp"
#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

using Words = std::vector<std::string>;
using Options = std::map<std::string, std::string>;

/// Words of a line without its comment. Quotes and escapes are kept: no value that is read here has any.
Words words_of(const std::string& line) {
  std::istringstream text(line.substr(0, line.find('#')));
  Words words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

struct Server {
  std::string name;
  bool checked = false;
  Options options;  ///< inter, fastinter, fall
};

/// A section that can have servers, or `defaults`.
struct Section {
  Options settings;  ///< "timeout connect", "timeout check", "retries", "path"
  Options server_defaults;
  bool checked_by_default = false;
  std::vector<Server> servers;
};

struct Parsed {
  Section defaults;
  std::vector<Section> proxies;
  std::string trouble;  ///< what makes it impossible to tell
};

void read_server_options(const Words& words, std::size_t from, Options& options, bool& checked) {
  for (std::size_t i = from; i < words.size(); ++i) {
    if (words[i] == "check") checked = true;
    if (words[i] == "no-check") checked = false;
    const bool timed = words[i] == "inter" || words[i] == "fastinter" || words[i] == "fall";
    if (timed && i + 1 < words.size()) options[words[i]] = words[i + 1];
  }
}

void read_setting(const Words& words, Section& into) {
  const std::string& key = words[0];
  if (key == "timeout" && words.size() > 2) into.settings["timeout " + words[1]] = words[2];
  if (key == "retries" && words.size() > 1) into.settings["retries"] = words[1];
  if (key == "default-server") read_server_options(words, 1, into.server_defaults, into.checked_by_default);
  if (key == "option" && words.size() > 2 && words[1] == "httpchk")
    into.settings["path"] = words.size() > 3 ? words[3] : words[2];
  if (key == "server" && words.size() > 2) {
    Server server{words[1], into.checked_by_default, into.server_defaults};
    read_server_options(words, 3, server.options, server.checked);
    into.servers.push_back(std::move(server));
  }
}

Parsed parse(std::string_view text) {
  Parsed parsed;
  enum class In { other, defaults, proxy } in = In::other;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const Words words = words_of(line);
    if (words.empty()) continue;
    const std::string& key = words[0];
    if (key == "defaults") {
      in = In::defaults;
    } else if (key == "backend" || key == "listen") {
      in = In::proxy;
      // What `defaults` says holds until a section says otherwise.
      parsed.proxies.push_back(parsed.defaults);
    } else if (key == "frontend" || key == "global" || key == "resolvers" || key == "peers" || key == "userlist" ||
               key == "cache" || key == "program" || key == "ring" || key == "mailers") {
      in = In::other;
    } else if (in == In::defaults) {
      read_setting(words, parsed.defaults);
    } else if (in == In::proxy) {
      read_setting(words, parsed.proxies.back());
    }
    if (key == "spread-checks") parsed.trouble = "spread-checks changes the time between checks at random";
  }
  return parsed;
}

/// Of what `options` has, or `otherwise`; nullopt when it is no time.
std::optional<Duration> time_in(const Options& options, const std::string& name, Duration otherwise) {
  const auto found = options.find(name);
  return found == options.end() ? std::optional(otherwise) : parse_haproxy_time(found->second);
}

/// The values, or "" and what is wrong in `trouble`.
std::map<std::string, std::string> values_of(const Section& section, std::string& trouble) {
  using namespace std::chrono_literals;
  // haproxy's own defaults: inter 2 s, fall 3, retries 3; without `timeout check` a check may take `inter`.
  const Options& server = section.servers.front().options;
  const auto inter = time_in(server, "inter", 2s);
  const auto fast = time_in(server, "fastinter", inter.value_or(0s));
  const auto timeout = time_in(section.settings, "timeout check", inter.value_or(0s));
  const auto connect = time_in(section.settings, "timeout connect", kLongestTime);
  if (!inter || !fast || !timeout || !connect) {
    trouble = "a time of a check is not understood";
    return {};
  }
  std::map<std::string, std::string> values{{"program", "haproxy"},
                                            {"interval", format_duration(*inter)},
                                            {"fast-interval", format_duration(*fast)},
                                            {"check-timeout", format_duration(*timeout)},
                                            {"connect-timeout", format_duration(*connect)}};
  if (const auto fall = server.find("fall"); fall != server.end()) values["fall"] = fall->second;
  if (const auto retries = section.settings.find("retries"); retries != section.settings.end())
    values["retries"] = retries->second;
  if (const auto path = section.settings.find("path"); path != section.settings.end()) values["path"] = path->second;
  return values;
}

}  // namespace

Result<FlagSource> read_haproxy_config(std::string_view text, const std::string& source) {
  Parsed parsed = parse(text);
  std::erase_if(parsed.proxies, [](const Section& section) { return section.servers.empty(); });
  if (!parsed.trouble.empty()) return infrastructure_error(source, parsed.trouble);
  if (parsed.proxies.empty()) return infrastructure_error(source, "has no servers");
  if (parsed.proxies.size() > 1)
    return infrastructure_error(source, "has servers in several sections: which are the API servers is not known");
  const Section& section = parsed.proxies.front();
  for (const Server& server : section.servers) {
    if (!server.checked)
      return infrastructure_error(source, "server " + server.name + " has no check: a dead one is never left out");
    if (server.options != section.servers.front().options)
      return infrastructure_error(source, "server " + server.name + " is checked in another way than the first");
  }
  std::string trouble;
  FlagSource flags{component::load_balancer, "", source, values_of(section, trouble)};
  if (!trouble.empty()) return infrastructure_error(source, trouble);
  return flags;
}

}  // namespace hadrill::bounds
