#pragma once

#include <string>

#include "base/clock.hpp"

/// What the control socket reports of API keys.
namespace subd::control {

struct ApiKeyRequest {
  std::string user;
  std::string role;  ///< `client publisher signals admin`
  std::string name;  ///< for the operator; may be empty
};

/// All that is known of a key once it has been handed out.
struct ApiKeyReport {
  std::string id;  ///< first 12 hex digits of its SHA-256
  std::string user;
  std::string role;
  std::string name;
  base::UtcTime created{};
};

struct NewApiKey {
  std::string key;  ///< told this once and never again
  ApiKeyReport report;
};

}  // namespace subd::control
