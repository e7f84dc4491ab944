// Owns what libcurl's codes mean for a request that got no response.
#pragma once

#include <curl/curl.h>

#include "http/transfer.hpp"

namespace hadrill::http {

/// The ending that a code other than CURLE_OK stands for, when nothing more is known.
Ending ending_of(CURLcode code);
/// Whether the way to the server could be to blame for such an ending: not for what was decided here.
bool may_be_overruled(Ending ending);

}  // namespace hadrill::http
