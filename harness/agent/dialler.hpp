// Owns how the agent makes a connection: a non-blocking socket in the right network namespace, on its way to the
// destination.
#pragma once

#include "agent/frame.hpp"
#include "agent/pods.hpp"

namespace hadrill::agent {

/// A socket whose connect was begun, or why there is none.
struct Dialled {
  int socket = -1;
  EndedHow trouble = EndedHow::no_socket;  ///< when socket is -1
  int error_number = 0;
};

/// The door to the network: tests and the fuzzer put their own here.
class Dialler {
 public:
  virtual ~Dialler() = default;
  /// The caller owns the socket. Whether it is connected shows by its becoming writable and by SO_ERROR.
  virtual Dialled dial(const Destination& destination) = 0;
};

/// TCP with TCP_NODELAY, from this network namespace or from a pod's.
class NetworkDialler final : public Dialler {
 public:
  explicit NetworkDialler(PodFinder pods = PodFinder()) : pods_(std::move(pods)) {}
  ~NetworkDialler() override;
  NetworkDialler(const NetworkDialler&) = delete;
  NetworkDialler& operator=(const NetworkDialler&) = delete;
  Dialled dial(const Destination& destination) override;

 private:
  /// A socket made in the pod's network namespace: it stays there, whatever the namespace of who uses it.
  Dialled socket_in_pod(const std::string& pod_uid);

  PodFinder pods_;
  int own_namespace_ = -1;
};

}  // namespace hadrill::agent
