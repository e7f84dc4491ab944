// Owns links from the page to what lies beside it. Folders may be called anything. Pure.
#pragma once

#include <string>

#include "index/overview.hpp"
#include "page/markup.hpp"

namespace hadrill::index {

/// A relative reference to `path`, which has "/" between folders: "./a/b%20c". It is never one to another place,
/// whatever the folders are called.
std::string link_to(const std::string& path);

/// A trial as a mark of its state: shape and letter, with time, seed and what decided its verdict for who points at
/// it. It leads to its report, or to its directory while there is none.
Html mark_of(const Entry& entry);

/// The shape of a state alone.
Html shape_of(State state);
/// The shapes that all marks refer to.
Html shapes();

/// The SLO of a trial that is worst off: the worst verdict, then the least that is left of its budget. nullptr: none.
const trend::Measure* deciding(const Entry& entry);
/// "api.longest_outage 3.800 s to 4.000 s, budget 5s"; "" without one.
std::string deciding_text(const Entry& entry);

}  // namespace hadrill::index
