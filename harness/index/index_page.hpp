// Owns index.html: what somebody opens the morning after, over all trials of a root. One file that opens from disk and
// has no script; what is told follows from the trials alone, so the same ones give the same bytes. Pure.
#pragma once

#include <string>

#include "index/entry.hpp"

namespace hadrill::index {

/// Never fails; a root without trials has a page that says so.
std::string index_page(const Root& root);

}  // namespace hadrill::index
