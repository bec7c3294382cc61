#include "config/environment.hpp"

#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves the declaration to the program

namespace subd::config {
namespace {

/// The value of `name` as a directory; empty unless it is an absolute path. systemd may list several behind colons.
std::string directory(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty() || found->second.front() != '/') return {};
  return found->second.substr(0, found->second.find(':'));
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Location default_control_socket(const Environment& environment) {
  if (const std::string runtime = directory(environment, "RUNTIME_DIRECTORY"); !runtime.empty()) {
    return {runtime + "/control.sock", "RUNTIME_DIRECTORY"};
  }
  if (const std::string runtime = directory(environment, "XDG_RUNTIME_DIR"); !runtime.empty()) {
    return {runtime + "/subd/control.sock", "XDG_RUNTIME_DIR"};
  }
  return {"/tmp/subd-" + std::to_string(::getuid()) + "/control.sock", {}};
}

Location default_state_directory(const Environment& environment) {
  if (const std::string state = directory(environment, "STATE_DIRECTORY"); !state.empty()) {
    return {state, "STATE_DIRECTORY"};
  }
  if (const std::string state = directory(environment, "XDG_STATE_HOME"); !state.empty()) {
    return {state + "/subd", "XDG_STATE_HOME"};
  }
  if (const std::string home = directory(environment, "HOME"); !home.empty()) {
    return {home + "/.local/state/subd", "HOME"};
  }
  return {"/var/lib/subd", {}};
}

}  // namespace subd::config
