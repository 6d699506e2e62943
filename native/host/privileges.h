// From root to a user of its own.
#pragma once

#include <string>

namespace flowtap {

/// Makes the process, all of its threads, run as `user` and `group` (names or numbers; an empty group is the user's
/// own). Of root's powers the calling thread, and those that it starts, keep CAP_NET_RAW alone, because an interface
/// that has come back must be opened again. Programs that are started get none. Empty on success, else why not (one
/// line); then the process should end, because some of it may be done.
std::string becomeUser(const std::string& user, const std::string& group);

}  // namespace flowtap
