#pragma once

#include <map>
#include <string>
#include <string_view>

namespace subd::config {

/// Environment variables by name; a value, so that tests have their own.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A copy of what the process was started with.
[[nodiscard]] Environment process_environment();

/// A default path, and the environment variable that led to it (empty: none did).
struct Location {
  std::string path;
  std::string origin;
};

/// `$RUNTIME_DIRECTORY/control.sock`, else `$XDG_RUNTIME_DIR/subd/control.sock`, else `/tmp/subd-UID/control.sock`.
/// subctl looks in the same places.
[[nodiscard]] Location default_control_socket(const Environment& environment);

/// `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/subd`, else `$HOME/.local/state/subd`, else `/var/lib/subd`.
[[nodiscard]] Location default_state_directory(const Environment& environment);

}  // namespace subd::config
