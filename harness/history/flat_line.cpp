#include "history/flat_line.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace hadrill {
namespace {

constexpr std::array<std::string_view, 10> kNumberNames{"v",       "t",      "invokedNs",    "id",      "object",
                                                        "vantage", "server", "precondition", "version", "status"};
constexpr std::array<std::string_view, 4> kTextNames{"type", "outcome", "purpose", "scope"};
constexpr std::int64_t kGreatest = (std::int64_t{1} << 62) - 1;
constexpr std::size_t kTriple = 3;

template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

}  // namespace

/// Receives the parts of the JSON text in order; the interface is nlohmann's.
class FlatLineSax {
 public:
  explicit FlatLineSax(FlatLine& line) : line_(line) {}

  bool key(std::string& name) {
    if (depth_ != 1) return true;
    number_ = index_in(kNumberNames, name);
    text_ = number_ ? std::nullopt : index_in(kTextNames, name);
    items_ = name == "items";
    // Said twice is said unclearly.
    if (items_ && line_.has_triples_) good_triples_ = false;
    return true;
  }
  bool number_integer(std::int64_t value) { return number(value); }
  bool number_unsigned(std::uint64_t value) {
    return number(value > static_cast<std::uint64_t>(kGreatest) ? FlatLine::kMissing
                                                                : static_cast<std::int64_t>(value));
  }
  bool number_float(double /*value*/, const std::string& /*text*/) { return other(); }
  bool string(std::string& value) {
    if (depth_ == 1 && text_) line_.texts_[*text_] = std::move(value);
    return other();
  }
  bool null() { return other(); }
  bool boolean(bool /*value*/) { return other(); }
  bool binary(std::vector<std::uint8_t>& /*value*/) { return other(); }

  bool start_object(std::size_t /*size*/) {
    if (depth_ >= 1) other();
    ++depth_;
    return true;
  }
  bool end_object() {
    --depth_;
    return true;
  }
  bool start_array(std::size_t /*size*/) {
    if (depth_ == 0) return false;
    if (depth_ == 1 && items_) line_.has_triples_ = true;
    if (depth_ > 2) other();
    ++depth_;
    in_triple_ = 0;
    return true;
  }
  bool end_array() {
    --depth_;
    if (depth_ == 2 && items_ && in_triple_ != kTriple) good_triples_ = false;
    in_triple_ = 0;
    return true;
  }
  static bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                          const nlohmann::detail::exception& /*error*/) {
    return false;
  }

  bool good_triples() const { return good_triples_; }

 private:
  bool number(std::int64_t value) {
    if (depth_ == 1 && number_) line_.numbers_[*number_] = value > kGreatest ? FlatLine::kMissing : value;
    if (depth_ == 3 && items_) {
      ++in_triple_;
      line_.triples_.push_back(value);
      if (value < 0) good_triples_ = false;
    } else {
      other();
    }
    return true;
  }
  /// Anything within "items" that is no number of a triple.
  bool other() {
    if (depth_ > 1 && items_) good_triples_ = false;
    return true;
  }

  FlatLine& line_;
  int depth_ = 0;
  std::optional<std::size_t> number_;
  std::optional<std::size_t> text_;
  bool items_ = false;
  bool good_triples_ = true;
  std::size_t in_triple_ = 0;
};

bool FlatLine::parse(std::string_view line) {
  numbers_.fill(kMissing);
  for (std::string& text : texts_) text.clear();
  triples_.clear();
  has_triples_ = false;
  FlatLineSax sax(*this);
  if (!Json::sax_parse(line.begin(), line.end(), &sax)) return false;
  if (!sax.good_triples()) has_triples_ = false;
  // A lone number or string is JSON too.
  return line.find('{') == line.find_first_not_of(" \t\r") && !line.empty();
}

std::optional<std::int64_t> FlatLine::number(NumberMember member) const {
  const std::int64_t value = numbers_[static_cast<std::size_t>(member)];
  return value < 0 ? std::nullopt : std::optional(value);
}

std::optional<std::vector<std::int64_t>> FlatLine::triples() const {
  return has_triples_ ? std::optional(triples_) : std::nullopt;
}

}  // namespace hadrill
