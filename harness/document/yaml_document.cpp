#include "document/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <utility>

#include "document/yaml_scalar.hpp"
#include "document/yaml_text.hpp"

namespace hadrill {
namespace {

Position mark_position(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Thrown through yaml-cpp to end parsing where going on would make no sense; parse_yaml catches it.
struct StopParsing {};

/// Builds the JSON tree from yaml-cpp's events. Events, not YAML::Node: a Node tree resolves aliases and loses
/// duplicates.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  YamlDocument take() { return {std::move(root_), std::move(positions_)}; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "?", anchor);
    if (expects_key()) stop(mark, "a key is missing before this; write KEY: VALUE");
    // A missing value has no place of its own, yaml-cpp reports the next token: point at its key.
    const bool in_map = !open_.empty() && open_.back().value.is_object();
    add(nullptr, in_map ? open_.back().key_at : mark_position(mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    stop(mark, "alias; write the value out instead");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_extras(mark, tag, anchor);
    check_text(mark, text);
    if (expects_key()) {
      begin_member(mark, text);
    } else {
      add(tag == "?" ? resolve_plain_scalar(text) : Json(text), mark_position(mark));
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or mapping whose end was not seen yet.
  struct Open {
    Json value;
    std::string pointer;
    Position at;
    bool has_key = false;  ///< a mapping: the key was read, its value comes next
    std::string key;
    Position key_at;
  };

  [[noreturn]] void stop(const YAML::Mark& mark, std::string message) {
    problems_.add(mark_position(mark), std::move(message));
    throw StopParsing{};
  }

  bool expects_key() const { return !open_.empty() && open_.back().value.is_object() && !open_.back().has_key; }

  std::string next_pointer() const {
    if (open_.empty()) return "";
    const Open& parent = open_.back();
    return parent.value.is_object() ? child_pointer(parent.pointer, parent.key)
                                    : child_pointer(parent.pointer, parent.value.size());
  }

  void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (++nodes_ > YamlLimits::nodes) stop(mark, fmt::format("too many entries; allowed: {}", YamlLimits::nodes));
    if (anchor != 0) problems_.add(mark_position(mark), "anchor; write the value out where it is needed instead");
    if (!tag.empty() && tag != "?" && tag != "!") problems_.add(mark_position(mark), "tag; write the value without it");
  }

  void check_text(const YAML::Mark& mark, const std::string& text) {
    if (text.size() > YamlLimits::scalar_bytes) {
      stop(mark, fmt::format("text of {} bytes; allowed: at most {}", text.size(), YamlLimits::scalar_bytes));
    }
    // The file was clean, so an escape made this; yaml-cpp 0.7 turns \_ and \N into bytes that are not UTF-8.
    if (const auto defect = find_text_defect(text)) stop(mark, "an escape yields " + defect->message);
  }

  void begin_member(const YAML::Mark& mark, const std::string& key) {
    if (key.size() > YamlLimits::key_bytes) {
      stop(mark, fmt::format("key of {} bytes; allowed: at most {}", key.size(), YamlLimits::key_bytes));
    }
    Open& parent = open_.back();
    parent.has_key = true;
    parent.key = key;
    parent.key_at = mark_position(mark);
    const std::string pointer = next_pointer();
    if (parent.value.contains(key)) {
      const int first = positions_.key(pointer).line;
      problems_.add(parent.key_at,
                    fmt::format("duplicate key {}; it is already on line {}, keep one", in_quotes(key), first));
    } else {
      positions_.set_key(pointer, parent.key_at);
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json empty) {
    refuse_extras(mark, tag, anchor);
    if (expects_key()) stop(mark, "a list or mapping as a key; write KEY: VALUE with a word as key");
    if (open_.size() >= YamlLimits::depth)
      stop(mark, fmt::format("nested too deep; allowed: {} levels", YamlLimits::depth));
    open_.push_back({std::move(empty), next_pointer(), mark_position(mark), false, {}, {}});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.value), done.at);
  }

  void add(Json value, Position at) {
    positions_.set_value(next_pointer(), at);
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_object()) {
      open_.back().value[open_.back().key] = std::move(value);
      open_.back().has_key = false;
    } else {
      open_.back().value.push_back(std::move(value));
    }
  }

  Problems& problems_;
  Json root_;
  Positions positions_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

/// Refuses what yaml-cpp should not see; true when the text may be parsed.
bool check_bytes(std::string_view text, Problems& problems) {
  if (text.size() > YamlLimits::file_bytes) {
    problems.add({}, fmt::format("the file has {} bytes; allowed: at most {}", text.size(), YamlLimits::file_bytes));
  } else if (const auto defect = find_text_defect(text)) {
    problems.add(position_of(text, defect->offset), defect->message);
  }
  return problems.empty();
}

/// The first document of `text` into `builder`. Exceptions of yaml-cpp end here.
void run_parser(std::string_view text, TreeBuilder& builder, Problems& problems) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      problems.add({}, "the file is empty");
      return;
    }
    TreeBuilder rest(problems);
    if (parser.HandleNextDocument(rest)) {
      problems.add({}, "more than one YAML document; allowed: one per file");
    }
  } catch (const StopParsing&) {
    return;  // the problem was added where it was found
  } catch (const YAML::Exception& error) {
    problems.add(mark_position(error.mark), fmt::format("not valid YAML: {}", error.msg));
  } catch (const std::exception& error) {
    problems.add({}, fmt::format("cannot be read as YAML: {}", error.what()));
  }
}

}  // namespace

std::optional<YamlDocument> parse_yaml(std::string_view text, Problems& problems) {
  if (!check_bytes(text, problems)) return std::nullopt;
  TreeBuilder builder(problems);
  run_parser(text, builder, problems);
  if (!problems.empty()) return std::nullopt;
  return builder.take();
}

}  // namespace hadrill
