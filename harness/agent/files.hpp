// Owns what effects ask of files, and where Kubernetes has its own.
#pragma once

#include <filesystem>
#include <string>

namespace hadrill::agent {

/// Where Kubernetes has its configuration: /etc/kubernetes, HADRILL_AGENT_KUBERNETES for tests.
std::filesystem::path kubernetes_folder();
/// Where manifests that were moved away lie: beside their folder, because the kubelet reads every file inside it.
std::filesystem::path manifest_stash();
/// Whether anything is there, behind a symbolic link too. What cannot be looked at is not.
bool there(const std::filesystem::path& path);
/// The whole file, empty when it cannot be read.
std::string content_of(const std::filesystem::path& path);

/// Writes all of it to a descriptor that blocks; false when nobody reads.
bool write_all(int descriptor, const std::string& text);

}  // namespace hadrill::agent
