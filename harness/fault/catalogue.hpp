// Owns the list of faults.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fault/agents.hpp"
#include "fault/fault.hpp"

namespace hadrill {

/// Names of all faults, as scenarios may use them, e.g. "process.kill".
std::vector<std::string> fault_names();

class Catalogue {
 public:
  explicit Catalogue(Agents& agents);
  /// The fault called `name`, or nullptr.
  Fault* find(const std::string& name) const;

 private:
  std::map<std::string, std::unique_ptr<Fault>> faults_;
};

}  // namespace hadrill
