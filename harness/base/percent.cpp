#include "base/percent.hpp"

#include <fmt/format.h>

namespace hadrill {

std::string format_percent(double share) {
  std::string digits = fmt::format("{:.6f}", share * 100);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

}  // namespace hadrill
