// The service manager's notification socket, sd_notify(3).
#pragma once

#include <string>

namespace flowtap {

/// Sends `state`, such as "READY=1", to the datagram socket at `path`, where a leading @ stands for Linux's abstract
/// names. Never waits. Empty on success, else why not (one line).
std::string notifyService(const std::string& path, const std::string& state);

}  // namespace flowtap
