// Owns the exchange of the load balancer: kind's container for one of ours with the same name, labels, address and
// port.
#pragma once

#include <string>
#include <vector>

#include "cluster/blueprint.hpp"
#include "cluster/docker.hpp"
#include "topology/topology.hpp"

namespace hadrill {

/// The configuration of a load balancer from its template. Of each line that stands below a comment
/// "{for each server}", one per server, with {name} and {address} filled in.
std::string balancer_config(const std::string& text, const std::vector<Node>& servers);

/// Ends arguments of `docker create`: the image, and the program of `door` as what it runs.
void add_balancer_program(std::vector<std::string>& arguments, const std::string& image, FrontDoor door);

/// Gives the made container `name` its configuration, from the file `written`, and starts it. Error: infrastructure.
Status start_balancer(Docker& docker, const std::string& name, const std::filesystem::path& written, FrontDoor door,
                      const Interrupt& interrupt);

/// The arguments of `docker create` for a container that takes the place of `old`: same name, labels, network, address
/// and published ports. `fixed_address`: whether the network lets an address be chosen. Error (infrastructure): `old`
/// publishes no port or is on no network.
Result<std::vector<std::string>> front_door_arguments(const Container& old, const std::string& image, FrontDoor door,
                                                      bool fixed_address);

/// What replace_front_door needs to know.
struct FrontDoorPlan {
  FrontDoor door = FrontDoor::nginx;
  std::string image;              ///< with the program and nothing that starts by itself
  std::filesystem::path text;     ///< the template
  std::filesystem::path written;  ///< where the filled-in configuration is left
};

/// Removes kind's load balancer and starts the other in its place. `containers`: of the cluster, all running. Error:
/// infrastructure; what was removed by then stays removed.
Status replace_front_door(Docker& docker, const FrontDoorPlan& plan, const Topology& topology,
                          const std::vector<Container>& containers, const Interrupt& interrupt);

}  // namespace hadrill
