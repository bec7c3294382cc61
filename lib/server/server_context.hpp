#pragma once

#include "auth/jwt_verifier.hpp"
#include "base/clock.hpp"
#include "server/admission.hpp"
#include "server/http_backend.hpp"
#include "server/settings.hpp"
#include "session/directory.hpp"
#include "session/limits.hpp"
#include "session/request_limits.hpp"

namespace subd::server {

/// What all io threads share. Each part may be used from any of them and outlives them.
struct ServerContext {
  const Settings& settings;
  const session::Limits& limits;
  const session::Directory& directory;
  const auth::JwtVerifier& verifier;
  const base::Clock& clock;
  HttpBackend& backend;
  Admission& admission;
  session::RequestLimits& requests;
};

}  // namespace subd::server
