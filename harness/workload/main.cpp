// hadrill-workload: what runs in the pods of the fourth pillar, the thing whose users are watched while nodes die.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <random>

#include "workload/server.hpp"

namespace {

using namespace hadrill::workload;

std::string from_environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any other thread
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// When it started, and something random: two processes never have the same.
std::string name_of_start() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<milliseconds>(now).count()) + "-" +
         std::to_string(std::random_device{}());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A small HTTP server that says which pod it is, and does wrong when it is told to.");
  ServerOptions options;
  long drain_ms = 0;
  std::string folder;
  app.add_option("--port", options.port, "port to listen on")->capture_default_str();
  app.add_option("--drain-ms", drain_ms, "how long to go on serving after SIGTERM; 0: not at all")
      ->check(CLI::Range(0, 600000));
  app.add_option("--data", folder, "folder of a volume that keeps the counter")->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  options.drain = milliseconds(drain_ms);

  Identity identity{from_environment("HADRILL_POD", "?"), from_environment("HADRILL_NODE", "?"), name_of_start()};
  std::unique_ptr<Ledger> ledger;
  if (!folder.empty()) {
    std::string trouble;
    ledger = Ledger::open(folder, identity.start, trouble);
    if (!ledger) {
      std::fprintf(stderr, "%s\n", trouble.c_str());
      return 1;
    }
  }
  Application application(std::move(identity), std::move(ledger));
  return serve(application, options);
}
