// Owns what is embedded into the program for index.html, from files beside this one.
#pragma once

#include <string_view>

namespace hadrill {

std::string_view index_template();  ///< index.html.in: @NAME@ stands for what is put in
std::string_view index_style();     ///< what it adds to page_base_style()

}  // namespace hadrill
