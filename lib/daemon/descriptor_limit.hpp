#pragma once

#include "config/config.hpp"

namespace subd::daemon {

/// Every connection is a descriptor: asks for as many as the configuration promises and says so when the system's hard
/// limit is lower. Any thread.
void raise_descriptor_limit(const config::Server& settings);

}  // namespace subd::daemon
