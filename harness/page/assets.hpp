// Owns what is embedded into the program for the page, from files beside this one and from Debian's libjs-dygraphs.
#pragma once

#include <string_view>

namespace hadrill {

std::string_view page_template();    ///< report.html.in: @NAME@ stands for what is put in
std::string_view page_base_style();  ///< base.css: what all pages share
std::string_view page_style();       ///< report.css: what the report adds
std::string_view page_script_axis();
std::string_view page_script_timeline();
std::string_view page_script_pointer();
std::string_view page_script_latency();
std::string_view page_script_worst();
std::string_view page_script_main();
std::string_view chart_library_script();   ///< dygraphs, minified
std::string_view chart_library_style();    ///< likewise
std::string_view chart_library_licence();  ///< its copyright and permission notice, as Debian has it

}  // namespace hadrill
