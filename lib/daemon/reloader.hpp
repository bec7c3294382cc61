#pragma once

#include <functional>

#include "config/changes.hpp"
#include "config/diagnostic.hpp"
#include "control/backend.hpp"
#include "daemon/service.hpp"
#include "server/admission.hpp"

namespace subd::daemon {

/// Reads the configuration again while the daemon serves, and applies what config::Effect::Reload says can change.
///
/// Threads:    the control thread, once it runs.
/// Invariants: a configuration or certificate with anything wrong changes nothing at all.
class Reloader {
 public:
  using Load = std::function<base::Result<config::Config, config::Diagnostics>()>;

  /// `service` and `admission` outlive it.
  Reloader(Service& service, server::Admission& admission, Load load);

  /// 422 `bad_configuration` with everything that is wrong, a line each.
  [[nodiscard]] control::Reply<control::ReloadReport> reload();
  /// The configuration in force: what was loaded last, as far as it is applied.
  [[nodiscard]] const config::Config& running() const noexcept { return running_; }

 private:
  void apply(const config::Changes& changes, const config::Config& loaded);

  Service& service_;
  server::Admission& admission_;
  Load load_;
  config::Config running_;
};

}  // namespace subd::daemon
