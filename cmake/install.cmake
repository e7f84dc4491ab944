# What `cmake --install` puts where. The program finds the rest from where it is itself (harness/cli/places.hpp), so the whole tree
# can be moved. Fixed folders, not GNUInstallDirs': with those Debian's compilers would put what goes into nodes below a
# folder per architecture, where the program does not look.
install(TARGETS hadrill RUNTIME DESTINATION bin)
install(TARGETS hadrill-agent RUNTIME DESTINATION lib/hadrill)
install(FILES ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/hadrill-workload.tar DESTINATION lib/hadrill)

# What scenarios are made of, and what the images of a cluster are made by; build.sh would build hadrill itself.
install(DIRECTORY scenarios kind-configs DESTINATION share/hadrill USE_SOURCE_PERMISSIONS PATTERN host/build.sh EXCLUDE)
install(DIRECTORY reports/schema DESTINATION share/hadrill/reports)

install(FILES README.md DESTINATION share/doc/hadrill)
install(DIRECTORY docs DESTINATION share/doc/hadrill USE_SOURCE_PERMISSIONS PATTERN docs/man EXCLUDE)
# A stored run to try judge, export and bundle on.
install(DIRECTORY reports/sample DESTINATION share/doc/hadrill/examples PATTERN report.html EXCLUDE)

# Where Debian's man, bash-completion and zsh look.
install(FILES ${PROJECT_BINARY_DIR}/reference/hadrill.1.gz DESTINATION share/man/man1)
install(FILES ${PROJECT_BINARY_DIR}/reference/hadrill DESTINATION share/bash-completion/completions)
install(FILES ${PROJECT_BINARY_DIR}/reference/_hadrill DESTINATION share/zsh/vendor-completions)
