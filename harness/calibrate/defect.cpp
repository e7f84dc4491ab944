#include "calibrate/defect.hpp"

#include <random>

namespace hadrill::calibrate {
namespace {

Defect spoiling(std::function<void(server::Response&)> spoil) {
  return {[spoil = std::move(spoil)](Scene& scene) { scene.handler.spoil = spoil; },
          [](Scene& scene) { scene.handler.spoil = nullptr; }};
}

/// Whether the port could be had again shows in the measurement: nobody would be answered any more.
void restart(Scene& scene) { static_cast<void>(scene.controls.listen_again()); }

}  // namespace

Defect refusing() {
  return {[](Scene& scene) {
            scene.controls.stop_listening();
            scene.controls.reset_connections();
          },
          &restart};
}

Defect hanging() {
  return {[](Scene& scene) { scene.controls.freeze(); },
          [](Scene& scene) {
            scene.controls.stop_listening();
            scene.controls.reset_connections();
            scene.controls.thaw();
            restart(scene);
          }};
}

Defect stalling() {
  return {[](Scene& scene) { scene.controls.freeze(); }, [](Scene& scene) { scene.controls.thaw(); }};
}

Defect resetting() {
  return {[](Scene& scene) {
            scene.controls.on_accept([] { return false; });
            scene.controls.reset_connections();
          },
          [](Scene& scene) { scene.controls.on_accept(nullptr); }};
}

Defect half_resetting() {
  return {[](Scene& scene) {
            scene.controls.on_accept([&spoiled = scene.spoiled, random = std::mt19937(1)]() mutable {
              const bool welcome = random() % 2 == 0;
              spoiled += welcome ? 0 : 1;
              return welcome;
            });
          },
          [](Scene& scene) { scene.controls.on_accept(nullptr); }};
}

Defect slow(Duration by) {
  return spoiling([by](server::Response& response) { response.after = by; });
}

Defect truncating() {
  return spoiling([](server::Response& response) { response.cut_at = response.body.size() / 2; });
}

Defect failing() {
  constexpr int kServerError = 500;
  return spoiling([](server::Response& response) { response.status = kServerError; });
}

}  // namespace hadrill::calibrate
