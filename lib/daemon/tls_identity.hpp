#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/config.hpp"
#include "config/diagnostic.hpp"
#include "tls/identity.hpp"

namespace subd::daemon {

/// The certificate and key that the configuration names, read and checked; null where there is no TLS. The error names
/// the key of the configuration, the file and what it must be. Blocks.
[[nodiscard]] base::Result<std::shared_ptr<const tls::Identity>, config::Diagnostic> load_identity(
    const config::Config& config, base::UtcTime now);

/// The same for a start. Throws std::runtime_error with the error's text.
[[nodiscard]] std::shared_ptr<const tls::Identity> open_identity(const config::Config& config, base::UtcTime now);

}  // namespace subd::daemon
