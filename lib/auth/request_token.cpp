#include "auth/request_token.hpp"

#include <algorithm>
#include <array>

namespace subd::auth {

namespace {

constexpr std::string_view kBearerScheme = "bearer";
constexpr std::string_view kBearerSubprotocol = "bearer.";
constexpr std::string_view kTokenParameter = "token";
constexpr std::string_view kResumeSubprotocol = "resume.";
constexpr std::string_view kResumeParameter = "resume";
constexpr std::array<std::string_view, 4> kSecretParameters{kTokenParameter, "access_token", "api_key",
                                                            kResumeParameter};
constexpr std::string_view kSpace = " \t";

char lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Takes the text up to `separator` off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return taken;
}

int hex_digit(char character) noexcept {
  if (character >= '0' && character <= '9') return character - '0';
  const char small = lower(character);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::optional<std::string> token_of_header(std::string_view authorization) {
  authorization = trimmed(authorization);
  const auto scheme = authorization.substr(0, authorization.find_first_of(kSpace));
  const auto same = [](char left, char right) { return lower(left) == right; };
  if (!std::equal(scheme.begin(), scheme.end(), kBearerScheme.begin(), kBearerScheme.end(), same)) return std::nullopt;
  return std::string{trimmed(authorization.substr(scheme.size()))};
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::optional<std::string> query_parameter(std::string_view target, std::string_view wanted) {
  auto rest = target.substr(0, target.find('#'));
  take_until(rest, '?');
  while (!rest.empty()) {
    auto value = take_until(rest, '&');
    const auto name = take_until(value, '=');
    if (percent_decoded(name) == wanted) return percent_decoded(value);
  }
  return std::nullopt;
}

RequestToken token_from_request(std::string_view authorization, std::string_view target,
                                std::string_view subprotocols) {
  RequestToken found;
  found.token = token_of_header(authorization);
  while (!subprotocols.empty()) {
    const auto offered = trimmed(take_until(subprotocols, ','));
    if (offered == kSubprotocol) found.select_subprotocol = true;
    if (!found.token && offered.starts_with(kBearerSubprotocol)) {
      found.token = offered.substr(kBearerSubprotocol.size());
    }
    if (!found.resume && offered.starts_with(kResumeSubprotocol)) {
      found.resume = offered.substr(kResumeSubprotocol.size());
    }
  }
  if (!found.token) found.token = query_parameter(target, kTokenParameter);
  if (!found.resume) found.resume = query_parameter(target, kResumeParameter);
  return found;
}

std::string redact_target(std::string_view target) {
  target = target.substr(0, target.find('#'));
  const auto query_start = target.find('?');
  if (query_start == std::string_view::npos) return std::string{target};
  std::string shown{target.substr(0, query_start)};
  auto rest = target.substr(query_start + 1);
  char separator = '?';
  bool more = true;
  while (more) {
    // Told apart by hand, as a `&` at the very end is followed by one more, empty parameter.
    const auto end = rest.find('&');
    more = end != std::string_view::npos;
    const auto parameter = rest.substr(0, end);
    rest.remove_prefix(more ? end + 1 : rest.size());
    const auto name = parameter.substr(0, parameter.find('='));
    shown += separator;
    const bool secret =
        std::find(kSecretParameters.begin(), kSecretParameters.end(), percent_decoded(name)) != kSecretParameters.end();
    if (secret) {
      shown.append(name).append("=***");
    } else {
      shown.append(parameter);
    }
    separator = '&';
  }
  return shown;
}

}  // namespace subd::auth
