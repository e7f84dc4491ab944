#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "agent/effects/effects.hpp"
#include "support/temporary_folder.hpp"

using namespace hadrill;
using namespace hadrill::agent;
using hadrill::Result;
namespace fs = std::filesystem;

namespace {

/// A folder of certificates with one in it.
struct Bench {
  hadrill::test::TemporaryFolder folder;
  fs::path pki = folder.path / "pki";
  fs::path file = pki / "a.crt";
  const Effect& effect = file_replace();
  Steadfast patience;

  Bench() {
    setenv("HADRILL_AGENT_KUBERNETES", folder.path.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    fs::create_directories(pki);
    std::ofstream(file) << "original";
    fs::permissions(file, fs::perms(0640));
  }
  ~Bench() { unsetenv("HADRILL_AGENT_KUBERNETES"); }  // NOLINT(concurrency-mt-unsafe): one thread
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::string text() const {
    std::ifstream in(file);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  }
  Result<Json> plan(const std::string& path, const std::string& content = "b3RoZXI=") const {
    return effect.plan("f-1", {{"path", path}, {"content", content}});
  }
  unsigned mode() const {
    struct stat facts {};
    stat(file.c_str(), &facts);
    return facts.st_mode & 07777U;
  }
  ino_t inode() const {
    struct stat facts {};
    stat(file.c_str(), &facts);
    return facts.st_ino;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(pki), fs::directory_iterator()));
  }
};

}  // namespace

TEST_CASE("a file is replaced with its mode, and the very file comes back") {
  Bench bench;
  const ino_t inode = bench.inode();
  const auto undo = bench.plan(bench.file);
  REQUIRE(undo.ok());
  CHECK_FALSE(bench.effect.prove(*undo).ok());
  const auto proof = bench.effect.inject(*undo, bench.patience);
  REQUIRE(proof.ok());
  CHECK(proof->before_ns <= proof->after_ns);
  CHECK(bench.text() == "other");
  CHECK(bench.mode() == 0640);
  CHECK(bench.effect.prove(*undo).ok());
  CHECK(bench.effect.residue().size() == 1);
  CHECK_FALSE(bench.effect.prove_undone(*undo).ok());
  // Two faults on one file would put each other's content back.
  CHECK_FALSE(bench.effect.plan("f-2", {{"path", bench.file.string()}, {"content", "eA=="}}).ok());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(bench.effect.undo(*undo, bench.patience).ok());
    CHECK(bench.effect.prove_undone(*undo).ok());
    CHECK(bench.text() == "original");
    CHECK(bench.inode() == inode);
    CHECK(bench.files() == 1);
  }
  CHECK(bench.effect.residue().empty());
}

TEST_CASE("a replacement that was cut short anywhere is undone") {
  Bench bench;
  const auto undo = bench.plan(bench.file);
  REQUIRE(undo.ok());
  const fs::path kept = undo->at("kept").get<std::string>();
  const fs::path part = undo->at("part").get<std::string>();
  SECTION("before anything") {}
  SECTION("while the other content was written") { std::ofstream(part) << "oth"; }
  SECTION("before the other content was moved over it") {
    std::ofstream(part) << "other";
    fs::create_hard_link(bench.file, kept);
  }
  SECTION("after that") {
    fs::create_hard_link(bench.file, kept);
    std::ofstream(part) << "other";
    fs::rename(part, bench.file);
  }
  SECTION("after the file itself was removed by somebody") {
    fs::create_hard_link(bench.file, kept);
    fs::remove(bench.file);
  }
  REQUIRE(bench.effect.undo(*undo, bench.patience).ok());
  CHECK(bench.effect.prove_undone(*undo).ok());
  CHECK(bench.text() == "original");
  CHECK(bench.files() == 1);
}

TEST_CASE("only existing regular files among the certificates are replaced, by something of sensible size") {
  const Bench bench;
  fs::create_symlink(bench.file, bench.pki / "link.crt");
  std::ofstream(bench.folder.path / "outside") << "x";
  for (const std::string& path :
       {std::string("/etc/passwd"), std::string("a.crt"), (bench.pki / "none.crt").string(), bench.pki.string(),
        (bench.pki / "link.crt").string(), (bench.pki / ".." / "outside").string(), std::string()}) {
    INFO(path);
    CHECK_FALSE(bench.plan(path).ok());
  }
  CHECK_FALSE(bench.plan(bench.file, "not base64").ok());
  CHECK_FALSE(bench.plan(bench.file, "").ok());
  CHECK_FALSE(bench.plan(bench.file, std::string(400'000, 'A')).ok());
  CHECK(bench.files() == 2);
}
