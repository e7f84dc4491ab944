#include "agent/effects/etcd_restore.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "agent/effects/effects.hpp"
#include "agent/effects/watchers_renew.hpp"
#include "agent/etcd_snapshot.hpp"
#include "agent/files.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::agent;
namespace fs = std::filesystem;

namespace {

const std::string kFoo = R"({"result":{"remaining_bytes":"3","blob":"Zm9v"}})";
const std::string kBar = R"({"result":{"blob":"YmFy"}})";
/// 32 times 'A'.
const std::string kChecksum = R"({"result":{"blob":"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}})";

struct Unpacked {
  Status status = Ok{};
  std::string bytes;
};
Unpacked unpack(const std::string& stream) {
  std::istringstream in(stream);
  std::ostringstream out;
  Unpacked unpacked{unpack_snapshot(in, out), {}};
  unpacked.bytes = out.str();
  return unpacked;
}

void put(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

/// A member's data, and the snapshot's beside it.
struct Bench {
  hadrill::test::TemporaryFolder folder;
  fs::path data = folder.path / "etcd";
  fs::path manifest = folder.path / "kubernetes" / "manifests" / "etcd.yaml";
  RestoreFolder files{data.string() + ".hadrill-f-copy"};
  EtcdLoss loss;

  Bench() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    setenv("HADRILL_AGENT_KUBERNETES", (folder.path / "kubernetes").c_str(), 1);
    put(manifest, "- --data-dir=" + data.string() + "\n");
    put(data / "member" / "snap" / "db", "own");
    put(files.restored() / "member" / "snap" / "db", "restored");
    put(files.program(), "");
    put(files.snapshot(), "");
    REQUIRE(find_etcd_files(data, "f", loss).ok());
  }
  ~Bench() { unsetenv("HADRILL_AGENT_KUBERNETES"); }  // NOLINT(concurrency-mt-unsafe): one thread
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::string in_place() const { return content_of(etcd_database(loss.data)); }
  Json parameters() const {
    return {{"data", data.string()},         {"folder", "f-copy"}, {"name", "a"},  {"peerUrls", "https://a:2380"},
            {"members", "a=https://a:2380"}, {"token", "f"},       {"bump", 1000}, {"cluster", "7"}};
  }
};

}  // namespace

TEST_CASE("a snapshot is what the pieces of the stream carry, the checksum included") {
  const auto whole = unpack(kFoo + "\n" + kBar + "\n" + kChecksum + "\n");
  REQUIRE(whole.status.ok());
  CHECK(whole.bytes == "foobar" + std::string(32, 'A'));
}

TEST_CASE("a snapshot that is cut off or refused is none") {
  CHECK_FALSE(unpack("").status.ok());
  CHECK_FALSE(unpack(kFoo + "\n" + kBar + "\n").status.ok());
  CHECK_FALSE(unpack(kFoo + "\n").status.ok());
  CHECK_FALSE(unpack(kFoo + "\n" + kBar + "\n" + kChecksum.substr(0, 40)).status.ok());
  CHECK_FALSE(unpack(R"({"result":{"blob":"Zg"}})").status.ok());
  CHECK_FALSE(unpack(R"({"result":{"blob":7}})").status.ok());
  CHECK_FALSE(unpack(R"({"result":7})").status.ok());
  CHECK_FALSE(unpack("404 page not found").status.ok());
  CHECK(unpack(R"({"error":{"code":14,"message":"no leader"}})").status.error().message == "no leader");
  CHECK(unpack(R"({"code":7,"message":"permission denied"})").status.error().message == "permission denied");
}

TEST_CASE("the revision of a database is read past what etcdutl logs") {
  const auto revision = read_snapshot_status(
      "{\"level\":\"info\",\"msg\":\"x\"}\n"
      "{\"hash\":4203,\"revision\":5535,\"totalKey\":7,\"totalSize\":8,\"version\":\"3.7.0\"}\n"
      "{\"level\":\"info\",\"msg\":\"y\"}\n");
  REQUIRE(revision.ok());
  CHECK(*revision == 5535);
  for (const char* text : {"", "Error: x", "{\"hash\":1}", "{\"hash\":1,\"revision\":\"7\"}", "{\"hash\":1,"}) {
    INFO(text);
    CHECK_FALSE(read_snapshot_status(text).ok());
  }
}

TEST_CASE("data is exchanged and taken back, from every state between") {
  Bench bench;
  const fs::path restored = bench.files.restored() / "member";
  SECTION("nothing was done") {}
  SECTION("exchanged") { REQUIRE(exchange_etcd_data(bench.loss, restored).ok()); }
  SECTION("exchanged, and etcd stopped for the way back") {
    REQUIRE(exchange_etcd_data(bench.loss, restored).ok());
    CHECK(bench.in_place() == "restored");
    fs::create_directories(bench.loss.stash.parent_path());
    fs::rename(bench.manifest, bench.loss.stash);
  }
  SECTION("only set aside") { REQUIRE(set_etcd_data_aside(bench.loss).ok()); }
  SECTION("the way back ended before the manifest came") {
    fs::create_directories(bench.loss.stash.parent_path());
    fs::rename(bench.manifest, bench.loss.stash);
  }
  SECTION("the folder of the restore went first") {
    REQUIRE(exchange_etcd_data(bench.loss, restored).ok());
    fs::remove_all(bench.files.folder);
  }
  for (int times = 0; times < 2; ++times) {
    REQUIRE(take_etcd_data_back(bench.loss).ok());
    CHECK(bench.in_place() == "own");
    CHECK(fs::exists(bench.manifest));
    CHECK_FALSE(fs::exists(bench.loss.aside));
    CHECK_FALSE(fs::exists(bench.loss.stash.parent_path()));
  }
}

TEST_CASE("a manifest that another fault holds is left to it") {
  Bench bench;
  REQUIRE(exchange_etcd_data(bench.loss, bench.files.restored() / "member").ok());
  const fs::path held = manifest_stash() / "f-stop.etcd.yaml";
  fs::create_directories(held.parent_path());
  fs::rename(bench.manifest, held);
  REQUIRE(take_etcd_data_back(bench.loss).ok());
  CHECK(bench.in_place() == "own");
  CHECK(fs::exists(held));
  CHECK_FALSE(fs::exists(bench.manifest));
}

TEST_CASE("data is exchanged once, and only for data") {
  Bench bench;
  CHECK_FALSE(exchange_etcd_data(bench.loss, bench.files.folder / "nothing").ok());
  CHECK(bench.in_place() == "own");
  REQUIRE(exchange_etcd_data(bench.loss, bench.files.restored() / "member").ok());
  put(bench.files.restored() / "member" / "snap" / "db", "again");
  CHECK_FALSE(exchange_etcd_data(bench.loss, bench.files.restored() / "member").ok());
  CHECK(bench.in_place() == "restored");
  REQUIRE(take_etcd_data_back(bench.loss).ok());
  CHECK(bench.in_place() == "own");
}

TEST_CASE("a restore is planned only for a stopped member with everything beside it") {
  Bench bench;
  const auto planned = [&] { return etcd_restore().plan("f", bench.parameters()); };
  CHECK(planned().error().message.find("etcd has to be stopped first") == 0);
  fs::remove(bench.manifest);
  CHECK(planned().error().message.find("is there already") != std::string::npos);
  fs::remove_all(bench.files.restored());
  const auto plan = planned();
  REQUIRE(plan.ok());
  CHECK(read_etcd_loss(plan->at("loss")) == bench.loss);
  fs::remove(bench.files.program());
  CHECK_FALSE(planned().ok());
}

TEST_CASE("the revision of the API is that of a list") {
  CHECK(*read_list_revision(R"({"kind":"NodeList","metadata":{"resourceVersion":"1000000123"},"items":[]})") ==
        1'000'000'123);
  for (const char* text : {"", "{}", "[]", R"({"metadata":7})", R"({"metadata":{"resourceVersion":"x"}})",
                           R"({"metadata":{"resourceVersion":"7x"}})", R"({"metadata":{"resourceVersion":""}})",
                           R"({"kind":"Status","metadata":{},"status":"Failure"})"}) {
    INFO(text);
    CHECK_FALSE(read_list_revision(text).ok());
  }
}

TEST_CASE("pods of kube-system are told from others by the kubelet's folders") {
  CHECK(system_pods({"kube-system_coredns-1_u-1", "default_kube-system_u-2", "kube-system-2_x_u-3",
                     "kube-system_etcd-n_0123", "kube-system_", "kube-system"}) ==
        std::vector<std::string>{"u-1", "0123"});
}
