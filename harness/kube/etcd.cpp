#include "kube/etcd.hpp"

#include <charconv>

namespace hadrill::kube {
namespace {

/// The gateway writes 64-bit numbers as strings and leaves zeros out.
std::uint64_t number(const Json& object, std::string_view pointer) {
  const std::string text = json_text(object, pointer);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Result<EtcdStatus> read_etcd_status(const std::string& lines, const std::string& node) {
  const std::string where = "etcd on " + node;
  const std::size_t end = lines.find('\n');
  if (end == std::string::npos) return infrastructure_error(where, "no answer", lines);
  const Result<Json> status = parse_json(lines.substr(0, end), where);
  if (!status.ok()) return status.error();
  const Result<Json> list = parse_json(lines.substr(end + 1), where);
  if (!list.ok()) return list.error();
  EtcdStatus out;
  out.member_id = json_text(*status, "/header/member_id");
  if (out.member_id.empty()) return infrastructure_error(where, "not a member status", lines.substr(0, end));
  out.cluster_id = json_text(*status, "/header/cluster_id");
  out.leader_id = json_text(*status, "/leader");
  out.raft_term = number(*status, "/raftTerm");
  out.raft_index = number(*status, "/raftIndex");
  out.applied_index = number(*status, "/raftAppliedIndex");
  out.learner = json_get<bool>(*status, "/isLearner").value_or(false);
  out.members = static_cast<int>(json_array(*list, "/members").size());
  return out;
}

}  // namespace hadrill::kube
