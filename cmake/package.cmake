# The Debian package: `make package`, or the target `package` of a build. Made of what cmake/install.cmake installs.

# Policy wants both, the second compressed, the same bytes every time.
install(FILES packaging/copyright DESTINATION share/doc/hadrill)
# What lintian says of it on purpose, each with its reason.
install(FILES packaging/lintian-overrides DESTINATION share/lintian/overrides RENAME hadrill)
set(changelog ${PROJECT_BINARY_DIR}/packaging/changelog.gz)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/packaging)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS packaging/changelog)
execute_process(COMMAND gzip -9nc ${PROJECT_SOURCE_DIR}/packaging/changelog OUTPUT_FILE ${changelog} COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${changelog} DESTINATION share/doc/hadrill)

# Without it the target `package` would build every test first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hadrill)
set(CPACK_PACKAGE_VENDOR "hadrill maintainers")
set(CPACK_PACKAGE_CONTACT "hadrill maintainers <maintainers@hadrill.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# A container engine may be on the machine in other ways, or the program only be there to judge stored runs.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "docker.io, jq, ca-certificates")
# What prepare.sh installs itself when it has to build: no registry is in reach.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, debootstrap, golang-go")
# Below the summary, which is the project's own.
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "It stands up a real HA cluster in kind, breaks one thing on purpose, and
measures from outside how long users were hurt and how long until every
spare was back - with an error bar on every number.
.
kind and the images of its nodes are not in Debian. Run
/usr/share/hadrill/kind-configs/images/prepare.sh once, as the user that
drills: it takes what the container engine has, else pulls the official
images, else builds them from pinned Go modules and Debian packages.
Stored runs can be judged and compared without any of that.")
include(CPack)
