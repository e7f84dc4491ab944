#include "fault/catalogue.hpp"

#include "fault/process_kill.hpp"

namespace hadrill {

// One line per fault, in both lists; a test holds them together.
std::vector<std::string> fault_names() { return {"process.kill"}; }

Catalogue::Catalogue(Agents& agents) { faults_.push_back(std::make_unique<ProcessKill>(agents)); }

Fault* Catalogue::find(const std::string& name) const {
  for (const auto& fault : faults_) {
    if (fault->name() == name) return fault.get();
  }
  return nullptr;
}

}  // namespace hadrill
