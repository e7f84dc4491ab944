// Owns a small API: ConfigMaps with versions and watches, linearizable because one thread does everything - and the
// lies it can be made to tell.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "server/handler.hpp"

namespace hadrill::calibrate {

/// What is wrong with it; each happens once.
enum class Lie {
  none,
  lose_write,   ///< see ConfigMaps::lose_newest
  miss_event,   ///< the first watch is never told its 10th event
  swap_events,  ///< the first watch is told its 10th event after its 11th
};

/// Speaks as much of the Kubernetes API as probers and audit do. On the server's thread.
class ConfigMaps final : public server::Handler {
 public:
  explicit ConfigMaps(Lie lie = Lie::none) : lie_(lie) {}
  server::Response handle(const server::Request& request) override;
  /// The newest write that was acknowledged is gone, as if it had never been; who watched has been told of it.
  void lose_newest();
  /// From any thread.
  std::size_t lies_told() const { return lies_told_; }

 private:
  class Watch;
  struct Change {
    std::int64_t version = 0;
    std::string line;  ///< as watches are told
  };

  server::Response objects(const server::Request& request, const std::string& path);
  server::Response get(const std::string& name) const;
  server::Response list(const std::string& query) const;
  server::Response watch(const std::string& query);
  server::Response create(const std::string& body);
  server::Response replace(const std::string& name, const std::string& body);
  std::string store(const std::string& name, Json object, const char* type);

  Lie lie_;
  std::int64_t version_ = 1000;
  std::map<std::string, Json> objects_;
  std::vector<Change> changes_;
  std::string newest_;        ///< name of what was written last
  Json before_newest_;        ///< what it replaced; null: nothing
  bool lying_watch_ = false;  ///< there is one
  std::atomic<std::size_t> lies_told_ = 0;
};

}  // namespace hadrill::calibrate
