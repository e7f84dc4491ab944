#include "agent/etcd_snapshot.hpp"

#include <charconv>
#include <fstream>

#include "agent/base64.hpp"
#include "agent/choose.hpp"
#include "agent/files.hpp"
#include "agent/program.hpp"

namespace hadrill::agent {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// For a database of a few hundred MB on a busy machine; a test cluster's has a few dozen.
constexpr auto kSave = 120s;
constexpr const char* kSaveSeconds = "115";
constexpr auto kUnpack = 120s;
constexpr auto kAsk = 30s;
/// SHA-256: the last piece of the stream.
constexpr std::size_t kChecksum = 32;
/// Where etcd's image has it: the official one and hadrill's.
constexpr const char* kInImage = "usr/local/bin/etcdutl";

/// One line of the stream. `remaining`: bytes that follow, without the checksum. Error: in words.
Result<std::string> piece_of(const std::string& line, std::uint64_t& remaining) {
  const Json answer = Json::parse(line, nullptr, false);
  if (!answer.is_object() || !answer.contains("result")) {
    const auto said = read_gateway_answer(line);
    if (!said.ok()) return said.error();
    if (const auto error = said->find("error"); error != said->end() && error->is_object())
      return trouble(error->value("message", error->dump()));
    return trouble("not a piece of a snapshot: " + line.substr(0, 200));
  }
  const Json& result = answer.at("result");
  if (!result.is_object()) return trouble("not a piece of a snapshot: " + line.substr(0, 200));
  // The gateway leaves zeros and empty pieces out, and writes 64-bit numbers as texts.
  const Json left = result.value("remaining_bytes", Json("0"));
  const Json blob = result.value("blob", Json(""));
  const std::string number = left.is_string() ? left.get<std::string>() : left.dump();
  const auto read = std::from_chars(number.data(), number.data() + number.size(), remaining);
  const auto bytes = blob.is_string() ? from_base64(blob.get<std::string>()) : std::nullopt;
  if (read.ec != std::errc() || !bytes) return trouble("a damaged piece of a snapshot: " + line.substr(0, 200));
  return *bytes;
}

}  // namespace

Result<fs::path> find_etcdutl() {
  const auto etcd = find_oldest({"etcd", ""});
  if (!etcd.ok()) return etcd.error();
  const fs::path program = fs::path("/proc") / std::to_string(etcd->pid) / "root" / kInImage;
  const std::string instead = "; the images of etcd 3.6 and later have one that can";
  if (!there(program))
    return trouble("no etcdutl in the image of etcd (/" + std::string(kInImage) + "), which restores snapshots" +
                   instead);
  const auto help = run_checked({program, "snapshot", "restore", "--help"}, kAsk);
  if (!help.ok()) return help.error();
  if (help->find("--bump-revision") == std::string::npos || help->find("--mark-compacted") == std::string::npos)
    return trouble("the etcdutl of etcd's image cannot make revisions go on upwards (--bump-revision)" + instead);
  return program;
}

Status unpack_snapshot(std::istream& stream, std::ostream& file) {
  std::uint64_t remaining = 0;
  std::size_t last = 0;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty()) continue;
    const auto piece = piece_of(line, remaining);
    if (!piece.ok()) return piece.error();
    file.write(piece->data(), static_cast<std::streamsize>(piece->size()));
    last = piece->size();
  }
  if (!file.flush()) return trouble("the snapshot cannot be written: is there room?");
  if (remaining != 0 || last != kChecksum) return trouble("the snapshot ended before its checksum");
  return Ok{};
}

Status save_etcd_snapshot(const std::string& url, const fs::path& file) {
  const fs::path stream = file.string() + ".stream";
  std::vector<std::string> request = etcd_request(url, "maintenance/snapshot", Json::object(), kSaveSeconds);
  request.insert(request.end(), {"--output", stream});
  Status saved = Ok{};
  if (const auto said = run_program(request, kSave); !said.ok()) {
    saved = said.error();
  } else if (said->exit_code != 0) {
    saved = trouble(said->output.substr(0, said->output.find('\n')));
  } else {
    std::ifstream in(stream, std::ios::binary);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    saved = unpack_snapshot(in, out);
  }
  std::error_code failed;
  fs::remove(stream, failed);
  if (saved.ok()) return Ok{};
  fs::remove(file, failed);
  return trouble("no snapshot of etcd at " + url + ": " + saved.error().message);
}

Result<std::uint64_t> read_snapshot_status(const std::string& text) {
  // What etcdutl logs may stand before and after it.
  const std::size_t begin = std::min(text.rfind("{\"hash\""), text.size());
  const Json status = Json::parse(text.substr(begin, text.find('\n', begin) - begin), nullptr, false);
  if (!status.is_object() || !status.contains("revision") || !status["revision"].is_number_unsigned())
    return trouble("etcdutl does not tell a revision: " + text.substr(0, 200));
  return status["revision"].get<std::uint64_t>();
}

Result<std::uint64_t> snapshot_revision(const fs::path& etcdutl, const fs::path& file) {
  const auto said = run_checked({etcdutl, "snapshot", "status", file, "--write-out", "json"}, kUnpack);
  if (!said.ok()) return said.error();
  return read_snapshot_status(*said);
}

Status restore_snapshot(const fs::path& etcdutl, const SnapshotRestore& restore) {
  const auto said = run_checked(
      {etcdutl, "snapshot", "restore", restore.snapshot, "--data-dir", restore.into, "--name", restore.name,
       "--initial-advertise-peer-urls", restore.peer_urls, "--initial-cluster", restore.cluster,
       "--initial-cluster-token", restore.token, "--bump-revision", std::to_string(restore.bump), "--mark-compacted"},
      kUnpack);
  if (!said.ok()) return said.error();
  return Ok{};
}

}  // namespace hadrill::agent
