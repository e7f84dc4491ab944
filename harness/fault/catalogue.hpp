// Owns the list of faults.
#pragma once

#include <memory>
#include <vector>

#include "fault/agents.hpp"
#include "fault/fault.hpp"

namespace hadrill {

class Catalogue {
 public:
  explicit Catalogue(Agents& agents);
  /// The fault called `name`, or nullptr.
  Fault* find(const std::string& name) const;

 private:
  std::vector<std::unique_ptr<Fault>> faults_;
};

}  // namespace hadrill
