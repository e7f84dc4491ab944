// Owns the faults by name.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fault/faults.hpp"

namespace hadrill {

/// Names of all faults, as scenarios may use them, e.g. "process.kill".
std::vector<std::string> fault_names();

class Catalogue {
 public:
  explicit Catalogue(const FaultDoors& doors);
  /// The fault called `name`, or nullptr.
  Fault* find(const std::string& name) const;

 private:
  std::map<std::string, std::unique_ptr<Fault>> faults_;
};

}  // namespace hadrill
