#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "control/reports.hpp"

/// What the control socket reports of a reload and of the end; the rules of reports.hpp.
namespace subd::control {

struct ReloadReport {
  std::vector<std::string> applied;        ///< keys of the configuration that have changed and are in force
  std::vector<std::string> needs_restart;  ///< keys that have changed and wait for a restart
  std::optional<TlsStatus> tls;            ///< what clients of TLS see that come from now on
};

struct DrainReport {
  std::size_t sessions = 0;          ///< that are told to go
  std::chrono::milliseconds over{};  ///< the time that they are told in
};

[[nodiscard]] std::string to_json(const ReloadReport& report);
[[nodiscard]] std::string to_json(const DrainReport& report);

}  // namespace subd::control
