// Owns shares as people write them: "57" of 0.57, in percent.
#pragma once

#include <string>

namespace hadrill {

/// The number of percent that `share` is, without the sign: "57", "99.95". Exact to six decimals, which is as many as a
/// budget may have, so what is printed is what was written: 0.57 * 100 itself is 56.99999999999999.
std::string format_percent(double share);

}  // namespace hadrill
