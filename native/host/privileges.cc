#include "host/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace flowtap {

namespace {

std::string systemText(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

std::optional<unsigned> numberIn(const std::string& text) {
  char* end = nullptr;
  const unsigned long number = std::strtoul(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || number >= UINT32_MAX) return std::nullopt;
  return static_cast<unsigned>(number);
}

struct Identity {
  uid_t user = 0;
  gid_t group = 0;
  std::string name;
};

std::string look(const std::string& user, const std::string& group, Identity& found) {
  const auto number = numberIn(user);
  const passwd* entry = number.has_value() ? ::getpwuid(*number) : ::getpwnam(user.c_str());
  if (entry == nullptr && !number.has_value()) return "there is no user " + user;
  if (entry == nullptr && group.empty()) return "user " + user + " has no group: give USER:GROUP";
  found.user = entry != nullptr ? entry->pw_uid : *number;
  if (entry != nullptr) {
    found.group = entry->pw_gid;
    found.name = entry->pw_name;
  }
  if (group.empty()) return {};
  if (const auto groupNumber = numberIn(group)) {
    found.group = *groupNumber;
    return {};
  }
  const ::group* groupEntry = ::getgrnam(group.c_str());
  if (groupEntry == nullptr) return "there is no group " + group;
  found.group = groupEntry->gr_gid;
  return {};
}

/// Leaves the calling thread CAP_NET_RAW and nothing else.
bool keepRawSockets() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
  sets[0].effective = sets[0].permitted = 1U << CAP_NET_RAW;
  return ::syscall(SYS_capset, &header, sets) == 0;
}

}  // namespace

std::string becomeUser(const std::string& user, const std::string& group) {
  Identity identity;
  const std::string error = look(user, group, identity);
  if (!error.empty()) return error;
  if (identity.user == 0) return "user " + user + " is root";
  if (::geteuid() != 0) {
    if (::geteuid() == identity.user) return {};
    return "only root can become another user";
  }
  const bool grouped =
      identity.name.empty() ? ::setgroups(0, nullptr) == 0 : ::initgroups(identity.name.c_str(), identity.group) == 0;
  if (!grouped) return systemText("setgroups");
  if (::setresgid(identity.group, identity.group, identity.group) != 0) return systemText("setresgid");
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return systemText("PR_SET_KEEPCAPS");
  if (::setresuid(identity.user, identity.user, identity.user) != 0) return systemText("setresuid");
  if (!keepRawSockets()) return systemText("capset");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return systemText("PR_SET_NO_NEW_PRIVS");
  return {};
}

}  // namespace flowtap
