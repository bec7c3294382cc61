#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace subd::control {

/// Reads an environment variable; injected, so that tests have their own environment.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

[[nodiscard]] Environment process_environment();

/// Where a daemon may be listening, best first: SUBD_CONTROL_SOCKET alone when it is set, else
/// `$RUNTIME_DIRECTORY/control.sock`, `$XDG_RUNTIME_DIR/subd/control.sock`, `/tmp/subd-UID/control.sock` and
/// `/run/subd/control.sock`. The one in /tmp is left out when its directory belongs to another user.
[[nodiscard]] std::vector<std::string> control_socket_candidates(const Environment& environment);

}  // namespace subd::control
