#include "history/operation.hpp"

#include "history/operation_names.hpp"

namespace hadrill {

std::string to_string(WriteOutcome outcome) { return std::string(name_in(kWriteOutcomes, outcome)); }
std::string to_string(ReadPurpose purpose) { return std::string(name_in(kReadPurposes, purpose)); }
std::string to_string(ListScope scope) { return std::string(name_in(kListScopes, scope)); }
std::string to_string(WatchStep step) { return std::string(name_in(kWatchSteps, step)); }

}  // namespace hadrill
