#include "agent/effect.hpp"

namespace hadrill::agent {

const Effect* find_effect(const std::string& name) {
  for (const Effect* effect : all_effects()) {
    if (name == effect->name()) return effect;
  }
  return nullptr;
}

}  // namespace hadrill::agent
