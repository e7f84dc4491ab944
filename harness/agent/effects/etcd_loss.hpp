// Owns how a member of etcd is lost and comes back as a new one: what has to be known of it beforehand, when that may
// be done at all, and the way back, which goes on from whatever it finds.
#pragma once

#include <filesystem>
#include <optional>

#include "agent/etcd.hpp"
#include "agent/patience.hpp"

namespace hadrill::agent {

/// The member of this node as it was before it was lost, and where its things are.
struct EtcdLoss {
  std::string fault;                ///< id of the fault
  std::string id;                   ///< of the member; it never comes back under this one
  std::string name;                 ///< of the member: that of the node
  std::string peer_url;             ///< where it is reached by its peers; it comes back there
  std::vector<std::string> others;  ///< client URLs of the other members
  std::filesystem::path manifest;   ///< of its static pod
  std::filesystem::path stash;      ///< where the manifest waits, outside the folder that the kubelet reads
  std::filesystem::path data;       ///< what makes it this member: folder "member" of its data folder
  std::filesystem::path aside;      ///< where its data waits until a new member has joined

  friend bool operator==(const EtcdLoss&, const EtcdLoss&) = default;
};

Json to_json(const EtcdLoss& loss);
EtcdLoss read_etcd_loss(const Json& json);

/// What losing this node's member would be. Changes nothing. Error: it may not be lost, e.g. because the others are no
/// majority.
Result<EtcdLoss> plan_etcd_loss(const std::string& fault);
/// Fills in where this node's member has its things, for fault `fault`, when its data is in `folder`; nothing is asked.
/// Error: there is no data, or it cannot be set aside in one step.
Status find_etcd_files(const std::filesystem::path& folder, const std::string& fault, EtcdLoss& loss);
/// The data folder that the manifest of etcd names. Error: etcd is no static pod here.
Result<std::filesystem::path> etcd_data_folder();
/// Why member `id` of `members` may not be lost; nullopt when it may. `answering`: how many of the others answer. Pure.
std::optional<std::string> why_not_lose(const std::vector<EtcdMember>& members, const std::string& id,
                                        std::size_t answering);

/// Ends the member's pod and sees that the kubelet does not start it again. Fine when that is so already.
Status take_etcd_down(const EtcdLoss& loss, Patience& patience);
/// Moves the member's data aside; fine when that was done.
Status set_etcd_data_aside(const EtcdLoss& loss);
/// The opposite of both, in one step each: data that was set aside is data again where there is none, the manifest is
/// where the kubelet reads it. Fine when that is so already.
Status put_etcd_back(const EtcdLoss& loss);
/// Takes the member's id out of the member list and sees it gone from there; fine when it is not listed.
Status remove_etcd_member(const EtcdLoss& loss, const std::string& id, Patience& patience);

/// The way back from any state. Ok: a new member has joined with an empty disk and caught up; or nothing was lost, and
/// the old one is left to go on. Error: it is not so yet; call it again.
Status rejoin_etcd(const EtcdLoss& loss, Patience& patience);
/// Evidence that nothing is left of the loss: no file, and a started voter in its place.
Result<Json> prove_etcd_rejoined(const EtcdLoss& loss);
/// Evidence that the member does not serve now, told by the others. `listed`: whether it has to be in the member list.
Result<Json> prove_etcd_lost(const EtcdLoss& loss, bool listed);

/// The value of `--NAME=` in the manifest of a static pod; "" without one. Pure.
std::string manifest_flag(const std::string& manifest, const std::string& name);
/// `manifest` as it has to be for the member `id`, called `name`, to join `members` for the first time. The very same
/// text when it is right already. Pure.
std::string joining_manifest(const std::string& manifest, const std::vector<EtcdMember>& members, const std::string& id,
                             const std::string& name);
/// Where fault `fault` keeps what it needs beside the data in `folder`.
std::filesystem::path beside_etcd_data(const std::filesystem::path& folder, const std::string& fault);
/// Data of members that was set aside and not given back or removed, in words.
std::vector<std::string> etcd_residue();

}  // namespace hadrill::agent
