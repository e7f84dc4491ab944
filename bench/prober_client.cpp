// Drives the prober loop against one server, as a trial does but without a cluster: every sample goes into a
// samples.bin. With --rss-file, also says once a second how much memory that takes.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/file.hpp"
#include "base/realtime.hpp"
#include "history/sample_log.hpp"
#include "http/curl_engine.hpp"
#include "probe/fixed_operations.hpp"
#include "probe/prober_loop.hpp"

namespace hadrill::bench {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string target;  ///< folder with address, ca.crt, client.crt, client.key
  std::string out;
  std::string connection = "new";
  std::string rss_file;
  double rate = 100;
  double seconds = 10;
  double deadline_seconds = 1;
  double timeout_seconds = 10;
  int probers = 1;
  std::size_t limit = 0;  ///< requests in flight; 0: what trials have
  bool ordinary_priority = false;
};

Options read_options(int count, char** arguments) {
  Options options;
  CLI::App app{"Drives the prober loop against the benchmark's target."};
  app.add_option("--target", options.target, "Folder that the target wrote")->required();
  app.add_option("--out", options.out, "samples.bin to write")->required();
  app.add_option("--connection", options.connection, "new, reused, or mixed: every other prober")
      ->check(CLI::IsMember({"new", "reused", "mixed"}));
  app.add_option("--rss-file", options.rss_file, "CSV of seconds and resident KiB");
  app.add_option("--rate", options.rate, "Requests per second of all probers together");
  app.add_option("--seconds", options.seconds, "How long");
  app.add_option("--deadline", options.deadline_seconds, "Later than this after its slot is slow, in seconds");
  app.add_option("--timeout", options.timeout_seconds, "Hard timeout of a request, in seconds");
  app.add_option("--probers", options.probers, "That share the rate, each with a lane of its own");
  app.add_option("--limit", options.limit, "Most requests in flight (default: as in a trial)");
  app.add_flag("--ordinary-priority", options.ordinary_priority, "Not before all others, as in a trial");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

Duration duration_of(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

std::string text_of(const std::string& folder, const char* name) {
  auto text = read_file(std::filesystem::path(folder) / name);
  if (text.ok()) return *text;
  std::cerr << text.error().text() << '\n';
  std::exit(5);
}

bool reuses(const Options& options, int prober) {
  return options.connection == "mixed" ? prober % 2 == 1 : options.connection == "reused";
}

/// So that the mean gap between two slots is that of the rate.
Duration period_of(const Options& options) {
  constexpr double kMeanGap = (Schedule::kShortestGap + Schedule::kLongestGap) / 2;
  return duration_of(options.probers / options.rate / kMeanGap);
}

std::vector<Prober> make_probers(const Options& options, const std::string& base) {
  std::vector<Prober> probers;
  for (int i = 0; i < options.probers; ++i) {
    const auto use = reuses(options, i) ? http::ConnectionUse::reused : http::ConnectionUse::fresh;
    probers.push_back({period_of(options), duration_of(options.timeout_seconds), use,
                       make_get({base, duration_of(options.deadline_seconds)}, "/api/v1/namespaces/default")});
  }
  return probers;
}

SampleHeader make_header(const Options& options) {
  SampleHeader header{{}, ClockPair::read()};
  for (int i = 0; i < options.probers; ++i) {
    header.probers.push_back({fmt::format("bench.{}", i), "target", probe_path::load_balancer,
                              reuses(options, i) ? "reused" : "new", period_of(options),
                              duration_of(options.deadline_seconds), duration_of(options.timeout_seconds)});
  }
  return header;
}

std::int64_t resident_kib() {
  std::int64_t all = 0;
  std::int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1024;
}

/// Lets the time pass.
void watch(const Options& options) {
  const MonotonicClock clock;
  const Instant start = clock.now();
  std::ofstream rss;
  if (!options.rss_file.empty()) rss.open(options.rss_file);
  for (Instant at = start; at < start + duration_of(options.seconds); at = at + 1s) {
    std::this_thread::sleep_for(std::min<Duration>(1s, start + duration_of(options.seconds) - at));
    if (rss.is_open())
      rss << fmt::format("{:.0f},{}\n", std::chrono::duration<double>(clock.now() - start).count(), resident_kib());
  }
}

int run(const Options& options) {
  const std::string base = "https://" + text_of(options.target, "address");
  http::CurlEngine engine({text_of(options.target, "ca.crt"), text_of(options.target, "client.crt"),
                           text_of(options.target, "client.key")});
  auto writer = SampleWriter::create(options.out, make_header(options));
  if (!writer.ok()) {
    std::cerr << writer.error().text() << '\n';
    return 5;
  }
  std::vector<Prober> probers = make_probers(options, base);
  const ServerTable servers;
  InFlightLimits limits;
  if (options.limit > 0) limits = {options.limit, options.limit};
  Interrupt stop;
  // As ProberThread, whose limits are fixed.
  std::jthread thread([&] {
    if (!options.ordinary_priority) raise_thread_priority();
    MonotonicClock clock;
    ProberLoop loop(
        {probers, {}, servers}, engine, clock, [&](const Sample& one) { return writer->write(one).ok(); }, clock.now(),
        1, limits);
    loop.run(stop);
    loop.drain(clock.now() + duration_of(options.timeout_seconds) + 1s, Interrupt::never());
  });
  watch(options);
  stop.raise();
  thread.join();
  return writer->flush().ok() ? 0 : 5;
}

}  // namespace
}  // namespace hadrill::bench

int main(int count, char** arguments) { return hadrill::bench::run(hadrill::bench::read_options(count, arguments)); }
