#include "agent/etcd.hpp"

#include <algorithm>
#include <charconv>

#include "agent/files.hpp"
#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;

/// Of one request; etcd itself gives a change of the member list up after 5-7 s.
constexpr auto kAnswer = 8s;
constexpr const char* kAnswerSeconds = "7";

/// The gateway writes 64-bit numbers as strings and leaves zeros out.
std::string id_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::uint64_t number_in(const Json& object, const char* name) {
  const std::string text = id_in(object, name);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

bool EtcdMember::has_peer_url(const std::string& url) const {
  return std::find(peer_urls.begin(), peer_urls.end(), url) != peer_urls.end();
}

Result<Json> read_gateway_answer(const std::string& text) {
  Json answer = Json::parse(text, nullptr, false);
  if (!answer.is_object()) return trouble("not an answer of etcd: " + text.substr(0, 200));
  for (const char* name : {"message", "error"}) {
    if (answer.contains(name) && answer[name].is_string()) return trouble(answer[name].get<std::string>());
  }
  // No header is asked for: the answer to a transfer of leadership has none.
  if (answer.contains("code")) return trouble("etcd said no: " + text.substr(0, 200));
  return answer;
}

std::vector<std::string> etcd_request(const std::string& url, const std::string& method, const Json& body,
                                      const std::string& seconds) {
  const auto pki = kubernetes_folder() / "pki" / "etcd";
  return {"curl",
          "--silent",
          "--show-error",
          "--max-time",
          seconds,
          "--cacert",
          pki / "ca.crt",
          "--cert",
          pki / "healthcheck-client.crt",
          "--key",
          pki / "healthcheck-client.key",
          "--request",
          "POST",
          "--data",
          body.dump(),
          url + "/v3/" + method};
}

Result<Json> ask_etcd(const std::string& url, const std::string& method, const Json& body) {
  const auto said = run_program(etcd_request(url, method, body, kAnswerSeconds), kAnswer);
  const std::string where = "etcd at " + url + ", " + method + ": ";
  if (!said.ok()) return trouble(where + said.error().message);
  if (said->exit_code != 0) return trouble(where + said->output.substr(0, said->output.find('\n')));
  auto answer = read_gateway_answer(said->output);
  if (!answer.ok()) return trouble(where + answer.error().message);
  return answer;
}

Result<Json> ask_any_etcd(const std::vector<std::string>& urls, const std::string& method, const Json& body) {
  Result<Json> answer = trouble("there is no other member of etcd");
  for (const std::string& url : urls) {
    answer = ask_etcd(url, method, body);
    if (answer.ok()) return answer;
  }
  return answer;
}

std::vector<EtcdMember> read_members(const Json& answer) {
  std::vector<EtcdMember> members;
  for (const Json& row : answer.value("members", Json::array())) {
    EtcdMember member;
    member.id = id_in(row, "ID");
    member.name = row.value("name", "");
    member.peer_urls = row.value("peerURLs", std::vector<std::string>());
    member.client_urls = row.value("clientURLs", std::vector<std::string>());
    member.learner = row.value("isLearner", false);
    members.push_back(std::move(member));
  }
  return members;
}

EtcdStatus read_status(const Json& answer) {
  const Json header = answer.value("header", Json::object());
  EtcdStatus status;
  status.cluster_id = id_in(header, "cluster_id");
  status.member_id = id_in(header, "member_id");
  status.leader_id = id_in(answer, "leader");
  status.term = number_in(answer, "raftTerm");
  status.index = number_in(answer, "raftIndex");
  status.applied = number_in(answer, "raftAppliedIndex");
  status.revision = number_in(header, "revision");
  status.learner = answer.value("isLearner", false);
  return status;
}

Result<std::vector<EtcdMember>> etcd_members(const std::vector<std::string>& urls) {
  // Linearizable: without a majority there is no answer rather than an old one.
  const auto answer = ask_any_etcd(urls, "cluster/member/list", {{"linearizable", true}});
  if (!answer.ok()) return answer.error();
  return read_members(*answer);
}

Result<EtcdStatus> etcd_status(const std::string& url) {
  const auto answer = ask_etcd(url, "maintenance/status", Json::object());
  if (!answer.ok()) return answer.error();
  return read_status(*answer);
}

}  // namespace hadrill::agent
