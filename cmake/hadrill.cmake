# How every target of the project is built.

# Properties that all own code shares; libraries of others are included as system headers.
add_library(hadrill_options INTERFACE)
target_compile_options(hadrill_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
target_include_directories(hadrill_options INTERFACE ${PROJECT_SOURCE_DIR}/harness)
if(HADRILL_SANITIZE)
  target_compile_options(hadrill_options INTERFACE -fsanitize=${HADRILL_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(hadrill_options INTERFACE -fsanitize=${HADRILL_SANITIZE})
endif()
if(HADRILL_FUZZ)
  target_compile_options(hadrill_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The allocator of programs that probe. OpenSSL allocates some thousand times for a handshake: with the C library's own allocator
# a new connection costs 5 to 12 % more CPU time. Sanitizers bring theirs.
add_library(hadrill_allocator INTERFACE)
if(NOT HADRILL_SANITIZE)
  target_link_libraries(hadrill_allocator INTERFACE PkgConfig::tcmalloc)
endif()

# hadrill_library(NAME SOURCES... [DEPENDS ...] [PRIVATE_DEPENDS ...])
# One library per folder under harness/, called hadrill::NAME. DEPENDS are the arrows of docs/architecture.md:
# only folders further left in the data flow may appear.
function(hadrill_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(hadrill_${name} STATIC ${ARG_SOURCES})
  add_library(hadrill::${name} ALIAS hadrill_${name})
  target_link_libraries(hadrill_${name} PUBLIC hadrill_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  # The headers that most files read and that cost most to read. Without effect on what the code sees.
  if(name STREQUAL "base")
    target_precompile_headers(hadrill_base PRIVATE <nlohmann/json.hpp> <fmt/format.h> <chrono> <functional> <map>
                                                   <optional> <string> <vector>)
  elseif(NOT name MATCHES "^(process|agent_core|workload_core|cli)$")
    # Those four are compiled with other definitions than base.
    target_precompile_headers(hadrill_${name} REUSE_FROM hadrill_base)
  endif()
endfunction()

# hadrill_test(FOLDER SOURCES... DEPENDS ...)
# The unit tests of harness/FOLDER as one Catch2 program and one ctest test, labelled unit.
function(hadrill_test folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(test_${folder} ${ARG_SOURCES})
  target_link_libraries(test_${folder} PRIVATE hadrill_options hadrill_test_main ${ARG_DEPENDS})
  target_compile_definitions(test_${folder} PRIVATE HADRILL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # Two thirds of the time to build everything went into making assertions fast that run once, and into reading Catch2.
  target_compile_options(test_${folder} PRIVATE -O0)
  target_precompile_headers(test_${folder} REUSE_FROM hadrill_test_headers)
  add_test(NAME unit.${folder} COMMAND test_${folder})
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit TIMEOUT 240)
  if(HADRILL_SANITIZE)
    # They make some of them ten times slower.
    set_tests_properties(unit.${folder} PROPERTIES TIMEOUT 600)
  endif()
endfunction()

# hadrill_fuzz(NAME SOURCE DEPENDS...): a libFuzzer target, and in every build a test that replays its corpus.
function(hadrill_fuzz name source)
  if(HADRILL_FUZZ)
    if(NOT TARGET fuzz_programs)
      add_custom_target(fuzz_programs)
    endif()
    add_executable(fuzz_${name} ${source})
    add_dependencies(fuzz_programs fuzz_${name})
    target_link_libraries(fuzz_${name} PRIVATE hadrill_options ${ARGN})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
  add_executable(replay_${name} ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
  target_link_libraries(replay_${name} PRIVATE hadrill_options ${ARGN})
  add_test(NAME unit.fuzz_corpus.${name} COMMAND replay_${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(unit.fuzz_corpus.${name} PROPERTIES LABELS unit TIMEOUT 240)
endfunction()

# hadrill_embed_text(OUT FILE FUNCTION): a source file that defines `std::string_view hadrill::FUNCTION()`, the text of FILE (below
# the project, or absolute). It is generated anew whenever the file changes, so that the program and the file cannot part.
function(hadrill_embed_text out file function)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE source)
  set(rules ${PROJECT_SOURCE_DIR}/cmake)
  set(embedded ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -D SOURCE=${source} -D FUNCTION=${function} -D TEMPLATE=${rules}/embedded_text.cpp.in -D OUT=${embedded}
            -P ${rules}/embed_text.cmake
    DEPENDS ${source} ${rules}/embedded_text.cpp.in ${rules}/embed_text.cmake
    VERBATIM)
  set(${out} ${embedded} PARENT_SCOPE)
endfunction()
