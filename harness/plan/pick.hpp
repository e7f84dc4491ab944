// Owns random choice: the same seed and step give the same choice, on every machine and with every standard library.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hadrill {

/// `count` of the indices 0..`size`-1, ascending, each set of them equally likely. Requires count <= size.
///
/// Generator: std::mt19937_64 seeded through std::seed_seq{low and high half of `seed`, low and high half of the 64-bit
/// FNV-1a of `step_id`}; both are specified bit by bit by the C++ standard. Bounded draws reject instead of using a std
/// distribution, which is not specified. The first `count` steps of a Fisher-Yates shuffle choose.
std::vector<std::size_t> pick_indices(std::size_t size, std::size_t count, std::uint64_t seed,
                                      std::string_view step_id);

}  // namespace hadrill
