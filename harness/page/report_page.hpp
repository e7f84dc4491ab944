// Owns report.html: one file that opens from disk, with everything in it. What has to be read is HTML; what is drawn is
// drawn by its script from data in the page. The same run gives the same bytes. Pure but for the stream of samples.
#pragma once

#include <string>

#include "check/judge.hpp"
#include "page/sections.hpp"

namespace hadrill {

/// `verdict` is that of `run` and `samples`, which are read once more, a block at a time. Error: of the stream.
Result<std::string> report_page(const RunContext& run, const Verdict& verdict, SampleStream& samples,
                                const PageExtras& extras);

}  // namespace hadrill
