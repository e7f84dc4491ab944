// Owns which processes a request means: by program, by pod, or both.
#pragma once

#include <string>
#include <vector>

#include "agent/proc.hpp"
#include "agent/trouble.hpp"

namespace hadrill::agent {

/// Which processes: base name of argv[0], UID of the pod they belong to. At least one of the two is not empty.
struct Choice {
  std::string program;
  std::string pod;
};

/// The members "program" and "pod" of a request. Error: neither is there.
Result<Choice> read_choice(const Json& parameters);
Json to_json(const Choice& choice);
/// In words, e.g. "kube-apiserver".
std::string describe(const Choice& choice);
/// The live ones, oldest first. Without a program: all of the pod but its sandbox ("pause").
std::vector<ProcessInfo> find_processes(const Choice& choice);
/// The oldest of them. Error: there is none.
Result<ProcessInfo> find_oldest(const Choice& choice);

Json to_json(const ProcessInfo& process);
/// What to_json wrote.
ProcessInfo read_process_info(const Json& json);
/// Whether this very process still lives.
bool still_lives(const ProcessInfo& process);

}  // namespace hadrill::agent
