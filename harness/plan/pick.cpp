#include "plan/pick.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <random>

namespace hadrill {
namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3U;
  }
  return hash;
}

std::mt19937_64 make_generator(std::uint64_t seed, std::string_view step_id) {
  const std::uint64_t step = fnv1a(step_id);
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                         static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32U)};
  return std::mt19937_64(sequence);
}

/// Uniform in 0..bound-1: draws from the incomplete last round of `bound` values are thrown away.
std::uint64_t draw_below(std::mt19937_64& generator, std::uint64_t bound) {
  const std::uint64_t incomplete = (std::mt19937_64::max() % bound + 1) % bound;
  while (true) {
    const std::uint64_t drawn = generator();
    if (drawn <= std::mt19937_64::max() - incomplete) return drawn % bound;
  }
}

}  // namespace

std::vector<std::size_t> pick_indices(std::size_t size, std::size_t count, std::uint64_t seed,
                                      std::string_view step_id) {
  assert(count <= size);
  std::mt19937_64 generator = make_generator(seed, step_id);
  std::vector<std::size_t> indices(size);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i) std::swap(indices[i], indices[i + draw_below(generator, size - i)]);
  indices.resize(count);
  std::sort(indices.begin(), indices.end());
  return indices;
}

}  // namespace hadrill
