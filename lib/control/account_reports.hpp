#pragma once

#include <cstddef>
#include <string>

#include "base/clock.hpp"

/// What the control socket reports of users, signals and revoked tokens.
namespace subd::control {

/// A user whose tier somebody set.
struct UserReport {
  std::string id;
  std::string tier;
  base::UtcTime changed{};
};

struct SignalSearch {
  std::string since;  ///< after this one; empty: the newest
  std::size_t limit = 0;
};

struct SignalReport {
  std::string id;
  bool premium = false;
  base::UtcTime created{};
  std::string message;  ///< as clients get it
};

struct RevocationRequest {
  std::string by;  ///< `user session jti`
  std::string value;
};

struct RevocationReport {
  std::string by;
  std::string value;
  base::UtcTime at{};  ///< tokens that were issued up to here; of `jti` without meaning
};

}  // namespace subd::control
