#include "auth/algorithm.hpp"

#include <array>

namespace subd::auth {

namespace {

constexpr std::array kAlgorithms{
    Algorithm{"HS256", KeyFamily::Hmac, 32},   Algorithm{"HS384", KeyFamily::Hmac, 48},
    Algorithm{"HS512", KeyFamily::Hmac, 64},   Algorithm{"RS256", KeyFamily::Rsa, 0},
    Algorithm{"ES256", KeyFamily::EcP256, 64},
};

}  // namespace

const Algorithm* find_algorithm(std::string_view name) noexcept {
  for (const auto& algorithm : kAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

std::string known_algorithms() {
  std::string list;
  for (const auto& algorithm : kAlgorithms) {
    if (!list.empty()) list += ", ";
    list += algorithm.name;
  }
  return list;
}

}  // namespace subd::auth
