#pragma once

#include <string>

#include "server/http_backend.hpp"

namespace subd::server {

/// The page at `/`: what runs here and how to talk to it. Refers to nothing outside itself.
[[nodiscard]] std::string landing_page(const ServiceFacts& facts);

}  // namespace subd::server
