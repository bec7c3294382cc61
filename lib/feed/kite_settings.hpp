#pragma once

#include <cstddef>
#include <string>

#include "feed/specification.hpp"
#include "feed/url.hpp"

namespace subd::feed {

struct KiteSettings {
  static constexpr std::size_t kMostLinks = 16;
  static constexpr std::size_t kMostTokensPerLink = 10'000;

  Url ticker{true, "ws.kite.trade", 443, "/"};
  Url http{true, "api.kite.trade", 443, "/"};
  std::string credentials;              ///< a file; empty: the environment
  std::size_t links = 3;                ///< connections that Kite allows an api_key
  std::size_t tokens_per_link = 3'000;  ///< that Kite allows a connection
};

/// Reads `kite[:url=U,http=U,credentials=FILE,links=N,tokens_per_link=N]`. Throws SpecificationError.
[[nodiscard]] KiteSettings kite_settings(const Specification& specification);

}  // namespace subd::feed
