// Whatever the bytes: loading does not crash, and what loads is written out and loaded again unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "scenario/load.hpp"

namespace {

[[noreturn]] void broken_promise(const std::string& what, const std::string& evidence) {
  std::fprintf(stderr, "%s\n%s\n", what.c_str(), evidence.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hadrill::Capabilities capabilities{
      {"process.kill", "process.pause", "network.partition", "network.delay", "network.bandwidth", "cpu.stress",
       "certificate.expire", "clock.step"},
      {"stacked"}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto scenario = hadrill::load_scenario(text, "fuzz.yaml", capabilities);
  if (!scenario) {
    if (scenario.error().detail.empty()) broken_promise("an error without a problem", scenario.error().text());
    return 0;
  }
  const std::string resolved = hadrill::resolved_yaml(*scenario);
  const auto again = hadrill::load_scenario(resolved, "resolved.yaml", capabilities);
  if (!again) broken_promise(again.error().text(), resolved);
  if (!(*again == *scenario)) broken_promise("the resolved scenario differs", resolved);
  if (hadrill::resolved_yaml(*again) != resolved) broken_promise("the resolved text differs", resolved);
  return 0;
}
