#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/key.hpp"

namespace subd::auth {

/// One signature algorithm of RFC 7518 that this server can check.
struct Algorithm {
  std::string_view name;
  KeyFamily family;
  /// Any other size is no signature of this algorithm; 0 = as long as the key.
  std::size_t signature_bytes;
};

/// The algorithm called `name`, exactly so spelled; nullptr when there is none.
[[nodiscard]] const Algorithm* find_algorithm(std::string_view name) noexcept;

/// `HS256, HS384, ...`: all there are, for messages.
[[nodiscard]] std::string known_algorithms();

}  // namespace subd::auth
