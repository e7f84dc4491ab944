#include "report/users_text.hpp"

#include <fmt/format.h>

#include "check/users.hpp"

namespace hadrill {
namespace {

std::string whose_text(const std::string& of) { return of == kBehindLoadBalancer ? "" : fmt::format(" ({})", of); }

/// Where it is told of others than the longest outage, both are named.
std::string scattered_text(const UsersLoss& loss) {
  if (!loss.scattered) return "";
  const ShareLost& lost = *loss.scattered;
  const std::string whose = lost.of == loss.of ? "" : fmt::format(" ({})", lost.of);
  return fmt::format(", but again and again: {} of {} requests failed or were late, {:.1f} %{}", lost.failed,
                     lost.asked, 100 * lost.share(), whose);
}

}  // namespace

std::string users_text(const Verdict& verdict) {
  const std::optional<UsersLoss> loss = loss_of_users(verdict);
  if (!loss || loss->asked == 0) return "";
  if (loss->failed == 0 && loss->longest.upper) return "no request of its users failed";
  return fmt::format("users were without an answer for {} at the longest{}{}", to_text(loss->longest),
                     whose_text(loss->of), scattered_text(*loss));
}

}  // namespace hadrill
