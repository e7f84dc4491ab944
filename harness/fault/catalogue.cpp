#include "fault/catalogue.hpp"

#include <array>

#include "fault/process_kill.hpp"

namespace hadrill {
namespace {

struct Entry {
  const char* name;
  std::unique_ptr<Fault> (*make)(Agents& agents);
};

template <typename Kind>
std::unique_ptr<Fault> make(Agents& agents) {
  return std::make_unique<Kind>(agents);
}

constexpr std::array<Entry, 1> kFaults{{{"process.kill", make<ProcessKill>}}};

}  // namespace

std::vector<std::string> fault_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kFaults) names.emplace_back(entry.name);
  return names;
}

Catalogue::Catalogue(Agents& agents) {
  for (const Entry& entry : kFaults) faults_.emplace(entry.name, entry.make(agents));
}

Fault* Catalogue::find(const std::string& name) const {
  const auto found = faults_.find(name);
  return found == faults_.end() ? nullptr : found->second.get();
}

}  // namespace hadrill
