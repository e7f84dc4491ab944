#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/duration.hpp"
#include "bounds/lb_config.hpp"
#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

/// No file of nginx is nested deeper.
constexpr std::size_t kDeepest = 16;

/// "NAME ARGUMENT... ;" or "NAME ARGUMENT... { ... }".
struct Directive {
  std::vector<std::string> words;
  std::vector<Directive> block;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  /// nullopt: broken syntax.
  std::optional<std::vector<Directive>> parse() {
    auto block = parse_block(0);
    return block && at_ == text_.size() ? block : std::nullopt;
  }

 private:
  /// Blanks and comments.
  void skip() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }

  /// A word in quotes or up to a blank, ";" or a brace; nullopt when quotes are left open.
  std::optional<std::string> word() {
    const char quote = text_[at_];
    if (quote == '"' || quote == '\'') {
      const std::size_t end = text_.find(quote, at_ + 1);
      if (end == std::string_view::npos) return std::nullopt;
      std::string inside(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return inside;
    }
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n;{}", at_), text_.size());
    std::string plain(text_.substr(at_, end - at_));
    at_ = end;
    return plain;
  }

  std::optional<std::vector<Directive>> parse_block(std::size_t depth) {
    std::vector<Directive> directives;
    Directive current;
    for (skip(); at_ < text_.size(); skip()) {
      const char c = text_[at_];
      if (c == '}') return current.words.empty() ? std::optional(std::move(directives)) : std::nullopt;
      if (c == ';' || c == '{') {
        if (current.words.empty()) return std::nullopt;
        ++at_;
        if (c == '{') {
          auto block = depth < kDeepest ? parse_block(depth + 1) : std::nullopt;
          if (!block || at_ >= text_.size()) return std::nullopt;
          ++at_;  // its "}"
          current.block = std::move(*block);
        }
        directives.push_back(std::move(current));
        current = {};
        continue;
      }
      auto next = word();
      if (!next) return std::nullopt;
      current.words.push_back(std::move(*next));
    }
    return current.words.empty() ? std::optional(std::move(directives)) : std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What a stream server does when a backend does not answer; inherited from the stream block.
struct Passing {
  std::string upstream;
  std::string connect = "60s";
  std::string next = "on";

  friend bool operator==(const Passing&, const Passing&) = default;
};

void read_passing(const std::vector<Directive>& block, Passing& passing) {
  for (const Directive& directive : block) {
    if (directive.words.size() < 2) continue;
    if (directive.words[0] == "proxy_connect_timeout") passing.connect = directive.words[1];
    if (directive.words[0] == "proxy_next_upstream") passing.next = directive.words[1];
    if (directive.words[0] == "proxy_pass") passing.upstream = directive.words[1];
  }
}

const Directive* find_upstream(const std::vector<Directive>& stream, const std::string& name) {
  for (const Directive& directive : stream) {
    if (directive.words.size() == 2 && directive.words[0] == "upstream" && directive.words[1] == name)
      return &directive;
  }
  return nullptr;
}

/// When a server is left alone, and for how long; kDifferent where servers of an upstream do not agree.
struct Leaving {
  std::string fails = "1";
  std::string time = "10s";

  friend bool operator==(const Leaving&, const Leaving&) = default;
};
constexpr const char* kDifferent = "different from server to server";

/// The value of "NAME=VALUE" among the words of a server, or `otherwise`.
std::string parameter(const Directive& server, const std::string& name, const std::string& otherwise) {
  std::string value = otherwise;
  for (const std::string& word : server.words) {
    if (word.starts_with(name + "=")) value = word.substr(name.size() + 1);
  }
  return value;
}

Leaving leaving_of(const Directive& upstream) {
  std::optional<Leaving> found;
  for (const Directive& server : upstream.block) {
    if (server.words[0] != "server") continue;
    Leaving one{parameter(server, "max_fails", "1"), parameter(server, "fail_timeout", "10s")};
    if (found && *found != one) return {kDifferent, kDifferent};
    found = one;
  }
  return found.value_or(Leaving{});
}

/// How many processes count failures each on their own: one, where they share a zone.
std::string processes_of(const std::vector<Directive>& file, const Directive& upstream) {
  for (const Directive& directive : upstream.block) {
    if (directive.words[0] == "zone") return "1";
  }
  for (const Directive& directive : file) {
    if (directive.words[0] == "worker_processes" && directive.words.size() == 2) return directive.words[1];
  }
  return "1";
}

Result<Passing> passing_of(const std::vector<Directive>& stream, const std::string& source) {
  Passing common;
  read_passing(stream, common);
  std::optional<Passing> found;
  for (const Directive& directive : stream) {
    if (directive.words[0] == "include")
      return infrastructure_error(source, "includes other files within stream, which are not read");
    if (directive.words[0] != "server") continue;
    Passing passing = common;
    read_passing(directive.block, passing);
    if (find_upstream(stream, passing.upstream) == nullptr) continue;
    if (found && *found != passing) return infrastructure_error(source, "has several stream servers that differ");
    found = passing;
  }
  if (!found) return infrastructure_error(source, "has no stream server that passes to an upstream");
  return *found;
}

}  // namespace

Result<FlagSource> read_nginx_config(std::string_view text, const std::string& source) {
  const auto directives = Parser(text).parse();
  if (!directives) return infrastructure_error(source, "is no nginx configuration");
  for (const Directive& directive : *directives) {
    if (directive.words[0] != "stream") continue;
    const auto passing = passing_of(directive.block, source);
    if (!passing.ok()) return passing.error();
    const auto connect = parse_nginx_time(passing->connect);
    if (!connect) return infrastructure_error(source, "proxy_connect_timeout is not understood: " + passing->connect);
    const Directive& upstream = *find_upstream(directive.block, passing->upstream);
    const Leaving leaving = leaving_of(upstream);
    const auto left_alone = parse_nginx_time(leaving.time);
    return FlagSource{component::load_balancer,
                      "",
                      source,
                      {{"program", "nginx"},
                       {"connect-timeout", format_duration(*connect)},
                       {"next-upstream", passing->next},
                       {"max-fails", leaving.fails},
                       {"fail-timeout", left_alone ? format_duration(*left_alone) : leaving.time},
                       {"processes", processes_of(*directives, upstream)}}};
  }
  return infrastructure_error(source, "has no stream block");
}

}  // namespace hadrill::bounds
