// Owns the namespace of one run: everything hadrill puts into a cluster's API lies in it.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "http/client.hpp"

namespace hadrill::kube {

/// How the names of all such namespaces begin.
inline constexpr const char* kOwnNamespacePrefix = "hadrill-";

class OwnNamespace {
 public:
  /// `base`: scheme, host and port of the API. Client and clock must outlive it.
  OwnNamespace(http::Client& client, Clock& clock, std::string base, std::string name)
      : client_(client), clock_(clock), base_(std::move(base)), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// Makes it, trying again for a minute. One that is there already is fine. Error: infrastructure, or interrupted.
  Status make(const Interrupt& interrupt);
  /// Removes it with everything in it, trying again for half a minute, without waiting for its end. One that is not
  /// there is fine. Error: infrastructure, or interrupted.
  Status remove(const Interrupt& interrupt);

 private:
  template <typename Accepted>
  Status persist(const http::Request& request, Duration longest, const Interrupt& interrupt, Accepted&& accepted);

  http::Client& client_;
  Clock& clock_;
  std::string base_;
  std::string name_;
};

}  // namespace hadrill::kube
