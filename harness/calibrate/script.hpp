// Owns the doing of a defect at its time, on the server's thread, and the record of when it really was done.
#pragma once

#include <future>
#include <memory>

#include "calibrate/defect.hpp"
#include "calibrate/truth.hpp"

namespace hadrill::calibrate {

/// When a defect is in force.
struct Course {
  Duration length{};
  int times = 1;
  Duration pause{};     ///< between two times
  Duration forgiven{};  ///< the last part of each that nobody notices
};

class Script {
 public:
  /// All of them must outlive the script.
  Script(server::LocalServer& server, SpoiledHandler& handler, Defect defect, Course course);

  /// Has it begin at `at`. Once.
  void start(Instant at);
  /// When it will be over, if the server's thread is punctual.
  Instant planned_end() const;
  /// What happened; waits a little if it has to. Error: infrastructure, the server's thread did not come to it.
  Result<Truth> truth();

 private:
  struct State;
  static void begin(const std::shared_ptr<State>& state, server::Controls& controls);
  static void end(const std::shared_ptr<State>& state, server::Controls& controls);
  static void pulse(const std::shared_ptr<State>& state, Instant due);

  std::shared_ptr<State> state_;  ///< shared with what is on the server's agenda
  std::future<Truth> truth_;
  Instant start_;
};

}  // namespace hadrill::calibrate
