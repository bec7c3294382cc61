#include "control/socket_path.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace subd::control {
namespace {

bool belongs_to_another(const std::string& directory) {
  struct stat status {};
  return ::lstat(directory.c_str(), &status) == 0 && (!S_ISDIR(status.st_mode) || status.st_uid != ::getuid());
}

std::optional<std::string> non_empty(const Environment& environment, std::string_view name) {
  std::optional<std::string> value = environment(name);
  if (value && value->empty()) value.reset();
  return value;
}

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment
    const char* value = std::getenv(std::string{name}.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
  };
}

std::vector<std::string> control_socket_candidates(const Environment& environment) {
  if (const auto chosen = non_empty(environment, "SUBD_CONTROL_SOCKET")) return {*chosen};
  std::vector<std::string> candidates;
  if (const auto runtime = non_empty(environment, "RUNTIME_DIRECTORY")) {
    candidates.push_back(runtime->substr(0, runtime->find(':')) + "/control.sock");  // systemd may name several
  }
  if (const auto user_runtime = non_empty(environment, "XDG_RUNTIME_DIR")) {
    candidates.push_back(*user_runtime + "/subd/control.sock");
  }
  const std::string fallback = fmt::format("/tmp/subd-{}", ::getuid());
  if (!belongs_to_another(fallback)) candidates.push_back(fallback + "/control.sock");
  const std::string service = "/run/subd/control.sock";
  if (candidates.empty() || candidates.front() != service) candidates.push_back(service);
  return candidates;
}

}  // namespace subd::control
