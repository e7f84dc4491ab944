// Owns snapshots of etcd: taken through the JSON gateway, read and restored by etcdutl, which every image of etcd has
// and no node.
#pragma once

#include <filesystem>
#include <istream>
#include <ostream>

#include "agent/etcd.hpp"

namespace hadrill::agent {

/// etcdutl as it can be reached from the node while etcd runs. Error: none, or one too old, and what would work.
Result<std::filesystem::path> find_etcdutl();

/// Takes a snapshot of the member at `url` into `file`, with its checksum at the end as `etcdctl snapshot save` has it.
/// A file `file`.stream is there meanwhile. Error: not whole; neither file is left.
Status save_etcd_snapshot(const std::string& url, const std::filesystem::path& file);
/// Writes what the gateway's answer to maintenance/snapshot carries: one JSON object per line, each with a piece in
/// base64, the checksum last. Error: cut off, refused by etcd, or no such answer.
Status unpack_snapshot(std::istream& stream, std::ostream& file);

/// Revision of the last change in `file`: a snapshot, or the database of a member that does not run. Reads only.
Result<std::uint64_t> snapshot_revision(const std::filesystem::path& etcdutl, const std::filesystem::path& file);
/// The same from what `etcdutl snapshot status --write-out json` says. Pure.
Result<std::uint64_t> read_snapshot_status(const std::string& text);

/// What becomes of a snapshot on one member.
struct SnapshotRestore {
  std::filesystem::path snapshot;
  std::filesystem::path into;  ///< data folder that is made
  std::string name;            ///< of the member
  std::string peer_urls;       ///< of the member, with commas between
  std::string cluster;         ///< every member: NAME=PEER_URL, with commas between; the same text for all of them
  std::string token;           ///< tells this history from any other of the same members; the same for all of them
  std::uint64_t bump = 0;      ///< added to the revision, so that it is higher than any that a client knows
};

/// Makes the data folder. The revision it begins with counts as compacted, so that whoever watches reads everything
/// anew. Error: what etcdutl said; the folder may be half made.
Status restore_snapshot(const std::filesystem::path& etcdutl, const SnapshotRestore& restore);

}  // namespace hadrill::agent
