// Whatever is said to the agent: it does not crash, every line gets one answer that says yes or says why not, nothing
// that would be another rule reaches the packet filter, and when the input ends no fault is left. The effects here read
// their parameters as the real ones do and break nothing.
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "agent/effects/effects.hpp"
#include "agent/packet_rules.hpp"
#include "agent/proc.hpp"
#include "agent/session.hpp"
#include "agent/worker.hpp"

namespace {

[[noreturn]] void broken_promise(const std::string& what, const std::string& evidence) {
  std::fprintf(stderr, "%s\n%s\n", what.c_str(), evidence.c_str());
  std::abort();
}

}  // namespace

namespace hadrill::agent {
namespace {

/// How many faults are in force.
int in_force = 0;

/// Breaks nothing, and counts.
class Harmless : public Effect {
 public:
  Result<Proof> inject(const Json& /*undo*/, Patience& /*patience*/) const override {
    ++in_force;
    return Proof{1, 2, Json::object()};
  }
  Result<Json> prove(const Json& /*undo*/) const override { return Json::object(); }
  Status undo(const Json& /*undo*/, Patience& /*patience*/) const override {
    in_force = std::max(0, in_force - 1);
    return Ok{};
  }
  Result<Json> prove_undone(const Json& /*undo*/) const override { return Json::object(); }
};

/// Plans as the real one, which only looks.
class Planned final : public Harmless {
 public:
  explicit Planned(const Effect& real) : real_(real) {}
  const char* name() const override { return real_.name(); }
  Result<Json> plan(const std::string& id, const Json& parameters) const override { return real_.plan(id, parameters); }

 private:
  const Effect& real_;
};

/// The rules of the network faults, without asking the kernel whether it would take them.
class Rules final : public Harmless {
 public:
  const char* name() const override { return "network.rules"; }
  Result<Json> plan(const std::string& id, const Json& parameters) const override {
    const std::vector<Route> routes{{"eth0", 0, 0, 0xac120001}, {"eth0", 0x0af40100, 0xffffff00, 0xac120003}};
    const auto choice = read_packet_choice(parameters, routes);
    if (!choice.ok()) return choice.error();
    Json rules = Json::array();
    for (const Way way : {Way::in, Way::out}) {
      for (const std::string& match : packet_matches(*choice, way)) {
        if (match.find_first_not_of("0123456789./,- dmopstrulicte") != std::string::npos)
          broken_promise("a match that is none", match);
        rules.push_back(match);
      }
    }
    const std::string script = putting_script({"filter", chain_name(id), {"INPUT"}, {rules.at(0).get<std::string>()}});
    if (std::count(script.begin(), script.end(), '\n') != 5) broken_promise("a script of another length", script);
    return rules;
  }
};

}  // namespace

const std::vector<const Effect*>& all_effects() {
  static const Planned kill(process_kill());
  static const Planned pause(process_pause());
  static const Planned remove(static_pod_remove());
  static const Planned replace(file_replace());
  static const Rules rules;
  static const std::vector<const Effect*> effects{&kill, &pause, &remove, &replace, &rules};
  return effects;
}

const std::vector<WorkerKind>& worker_kinds() {
  static const std::vector<WorkerKind> none;
  return none;
}

}  // namespace hadrill::agent

namespace {

using hadrill::agent::Json;

/// A folder in memory: every fault is synced to its journal.
struct Folder {
  Folder() {
    if (mkdtemp(name.data()) == nullptr) broken_promise("no folder for the journal", name);
  }
  ~Folder() { std::filesystem::remove_all(name); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string name = "/dev/shm/hadrill-fuzz-XXXXXX";
};

const std::string& journal_folder() {
  static const Folder folder;
  return folder.name;
}

std::string all_of(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0) return {};
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  return pread(file, text.data(), text.size(), 0) == about.st_size ? text : std::string();
}

/// One answer for each request, and each says what an answer has to say.
void check_answers(const std::string& said, std::size_t requests) {
  std::istringstream lines(said);
  std::size_t answers = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json answer = Json::parse(line, nullptr, false);
    if (!answer.is_object()) broken_promise("no answer", line);
    if (answer.contains("event")) continue;
    ++answers;
    const bool fine = answer.contains("ok") && answer["ok"].is_boolean() &&
                      (answer["ok"].get<bool>() || answer.contains("error") || answer.contains("failed"));
    if (!fine) broken_promise("an answer that says nothing", line);
  }
  // One more when the rest of the input was too long for a request.
  if (answers != requests && answers != requests + 1) broken_promise("not one answer for each request", said);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hadrill::agent;
  in_force = 0;
  const int in = memfd_create("in", MFD_CLOEXEC);
  const int out = memfd_create("out", MFD_CLOEXEC);
  if (in < 0 || out < 0 || write(in, data, size) != static_cast<ssize_t>(size)) broken_promise("no files", "");
  lseek(in, 0, SEEK_SET);
  const int code = Session(in, out, FaultBook(Journal(journal_folder()))).serve();
  check_answers(all_of(out), static_cast<std::size_t>(std::count(data, data + size, '\n')));
  if (in_force != 0 || code != 0) broken_promise("a fault is left in force", all_of(out));
  std::vector<std::string> unreadable;
  const Journal journal(journal_folder());
  if (!journal.read(unreadable).empty() || !unreadable.empty()) broken_promise("the journal is not empty", all_of(out));
  close(in);
  close(out);
  return 0;
}
