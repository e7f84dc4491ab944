#include "bounds/flag_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/duration.hpp"
#include "bounds/texts.hpp"

namespace hadrill::bounds {
namespace {

/// Nobody tries anything more often; products with kLongestTime do not overflow.
constexpr std::int64_t kMostTries = 100;

/// As the component's users know it: flags have dashes, members of configuration objects have none.
std::string shown_name(const FlagSpec& spec) {
  const std::string_view component = spec.component;
  const bool is_flag = component.starts_with("kube-") ? component != component::kube_proxy : component == "etcd";
  return fmt::format("{} {}{}", component, is_flag ? "--" : "", spec.name);
}

std::optional<Duration> parse_time(const std::string& text, Notation notation) {
  if (notation == Notation::go) return parse_go_duration(text);
  const auto count = parse_count(text);
  if (!count) return std::nullopt;
  constexpr std::int64_t kMostSeconds = std::chrono::duration_cast<std::chrono::seconds>(kLongestTime).count();
  if (*count > kMostSeconds * (notation == Notation::milliseconds ? 1000 : 1)) return std::nullopt;
  return notation == Notation::milliseconds ? Duration(std::chrono::milliseconds(*count))
                                            : Duration(std::chrono::seconds(*count));
}

}  // namespace

std::string to_string(Origin origin) {
  switch (origin) {
    case Origin::set:
      return "set";
    case Origin::defaulted:
      return "default";
    case Origin::constant:
      return "constant";
    case Origin::allowance:
      return "allowance";
  }
  return "unknown";
}

void FlagReader::refuse(std::string reason) {
  if (!trouble_) trouble_ = std::move(reason);
}

std::optional<Error> FlagReader::trouble() const {
  if (!trouble_) return std::nullopt;
  return infrastructure_error("flags", *trouble_);
}

std::vector<FlagReader::Found> FlagReader::find(const FlagSpec& spec) {
  for (const Unread& unread : flags_.unread) {
    if (unread.component != spec.component) continue;
    refuse(fmt::format("{}{} could not be read: {}", unread.component, unread.node.empty() ? "" : " on " + unread.node,
                       unread.reason));
    return {};
  }
  std::vector<Found> found;
  for (const FlagSource& source : flags_.sources) {
    if (source.component != spec.component) continue;
    const auto value = source.values.find(spec.name);
    found.push_back(value == source.values.end() ? Found{spec.default_text, nullptr} : Found{value->second, &source});
  }
  if (found.empty()) refuse(fmt::format("no {} was found, whose {} is needed", spec.component, spec.name));
  return found;
}

template <typename T, typename Parse, typename Format>
Range<T> FlagReader::read(const FlagSpec& spec, const Parse& parse, const Format& format) {
  const std::vector<Found> found = find(spec);
  std::optional<Range<T>> range;
  const FlagSource* set_by = nullptr;
  for (const Found& one : found) {
    const std::optional<T> value = parse(one.text);
    if (!value) {
      refuse(fmt::format("{} is \"{}\" in {}, which is not understood", shown_name(spec), one.text,
                         one.source == nullptr ? spec.default_source : one.source->source));
      return {};
    }
    if (one.source != nullptr && set_by == nullptr) set_by = one.source;
    range = range ? Range<T>{std::min(range->least, *value), std::max(range->most, *value)} : Range<T>{*value, *value};
  }
  if (!range) return {};
  const std::string shown = range->least == range->most
                                ? format(range->least)
                                : fmt::format("{} to {}", format(range->least), format(range->most));
  inputs_.push_back({spec.symbol, shown_name(spec), shown, set_by == nullptr ? Origin::defaulted : Origin::set,
                     set_by == nullptr ? spec.default_source : set_by->source});
  return *range;
}

Range<Duration> FlagReader::time(const FlagSpec& spec, Notation notation) {
  return read<Duration>(
      spec, [notation](const std::string& text) { return parse_time(text, notation); }, format_duration);
}

Range<std::int64_t> FlagReader::count(const FlagSpec& spec) {
  return read<std::int64_t>(
      spec,
      [](const std::string& text) {
        const auto count = parse_count(text);
        return count && *count <= kMostTries ? count : std::nullopt;
      },
      [](std::int64_t value) { return std::to_string(value); });
}

Range<double> FlagReader::number(const FlagSpec& spec) {
  return read<double>(
      spec, [](const std::string& text) { return parse_number(text); },
      [](double value) { return fmt::format("{}", value); });
}

std::vector<std::string> FlagReader::texts(const FlagSpec& spec) {
  std::vector<std::string> texts;
  for (const Found& one : find(spec)) {
    if (std::find(texts.begin(), texts.end(), one.text) != texts.end()) continue;
    texts.push_back(one.text);
    if (one.text.empty()) continue;  // nobody set it, and no default is worth showing
    const bool set = one.source != nullptr;
    inputs_.push_back({spec.symbol, shown_name(spec), one.text, set ? Origin::set : Origin::defaulted,
                       set ? one.source->source : spec.default_source});
  }
  return texts;
}

std::size_t FlagReader::instances(const char* component) const {
  const auto& sources = flags_.sources;
  return static_cast<std::size_t>(std::count_if(
      sources.begin(), sources.end(), [component](const FlagSource& source) { return source.component == component; }));
}

bool FlagReader::met(const char* component) const {
  return instances(component) > 0 ||
         std::any_of(flags_.unread.begin(), flags_.unread.end(),
                     [component](const Unread& unread) { return unread.component == component; });
}

void FlagReader::note(const char* symbol, const char* name, std::string value, Origin origin, const char* source) {
  // A formula made of two that both have it has it once.
  const bool noted =
      std::any_of(inputs_.begin(), inputs_.end(), [symbol](const Input& input) { return input.symbol == symbol; });
  if (!noted) inputs_.push_back({symbol, name, std::move(value), origin, source});
}

Duration FlagReader::note(const char* symbol, const char* name, Duration value, Origin origin, const char* source) {
  note(symbol, name, format_duration(value), origin, source);
  return value;
}

std::pair<int, int> FlagReader::version() {
  int major = 0;
  int minor = 0;
  // NOLINTNEXTLINE(cert-err34-c): a number that overflows is no version anybody runs, and is compared only
  if (std::sscanf(flags_.version.c_str(), "v%4d.%4d", &major, &minor) != 2)
    refuse(fmt::format("the version of Kubernetes is \"{}\": which defaults hold is not known", flags_.version));
  return {major, minor};
}

}  // namespace hadrill::bounds
