#pragma once

#include <chrono>
#include <string>

namespace subd::server {

/// How the clients of an io thread are sent away.
struct DrainPlan {
  std::string reason;                 ///< that they are told
  std::chrono::milliseconds over{};   ///< the time that the goodbyes are spread over
  std::chrono::milliseconds limit{};  ///< after which what is left is cut
  /// Faster than spread over that time where this rate allows it; 0: no.
  double per_second = 0;
};

}  // namespace subd::server
