// Owns how a member of etcd gets another history and its own back: by what lies beside its data, in one step each.
#pragma once

#include <filesystem>

#include "agent/effects/etcd_loss.hpp"

namespace hadrill::agent {

/// What lies beside the data of etcd for a restore.
struct RestoreFolder {
  std::filesystem::path folder;

  std::filesystem::path program() const { return folder / "etcdutl"; }
  std::filesystem::path snapshot() const { return folder / "snapshot.db"; }
  std::filesystem::path restored() const { return folder / "restored"; }  ///< a data folder
};

/// The database in a member's data.
inline std::filesystem::path etcd_database(const std::filesystem::path& data) { return data / "snap" / "db"; }

/// Sets the member's data aside and puts `restored`, other data of it, in its place. etcd must not run.
Status exchange_etcd_data(const EtcdLoss& loss, const std::filesystem::path& restored);
/// The way back, from any state that exchange_etcd_data or this left: the member's own data is in place, any other is
/// gone, and a manifest that was stashed is back. etcd must not run while data is aside.
Status take_etcd_data_back(const EtcdLoss& loss);

}  // namespace hadrill::agent
