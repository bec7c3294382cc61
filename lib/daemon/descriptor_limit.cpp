#include "daemon/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "base/log.hpp"

namespace subd::daemon {
namespace {

/// Descriptors beside the client connections: files, sockets of our own, event queues.
constexpr rlim_t kOwnDescriptors = 256;

}  // namespace

void raise_descriptor_limit(const config::Server& settings) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = settings.max_connections + kOwnDescriptors;
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) {
    base::log::warn("daemon", "the descriptor limit is below server.max_connections",
                    {{"limit", limit.rlim_cur}, {"max_connections", settings.max_connections}});
  }
}

}  // namespace subd::daemon
