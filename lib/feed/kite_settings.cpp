#include "feed/kite_settings.hpp"

#include <fmt/format.h>

#include <array>

#include "base/number_text.hpp"

namespace subd::feed {
namespace {

Url url_of(std::string_view key, const std::string& text, std::string_view plain, std::string_view secure) {
  const auto url = parse_url(text, plain, secure);
  if (!url) {
    throw SpecificationError(
        fmt::format("feed: kite: {} must be {}://HOST[:PORT][/PATH] or {}://..., got '{}'", key, secure, plain, text));
  }
  return *url;
}

std::size_t count_of(std::string_view key, const std::string& text, std::size_t most) {
  const auto number = base::parse_integer(text);
  if (!number || *number < 1 || static_cast<std::uint64_t>(*number) > most) {
    throw SpecificationError(
        fmt::format("feed: kite: {} must be a whole number from 1 to {}, got '{}'", key, most, text));
  }
  return static_cast<std::size_t>(*number);
}

}  // namespace

KiteSettings kite_settings(const Specification& specification) {
  static constexpr std::array<std::string_view, 5> kKeys{"url", "http", "credentials", "links", "tokens_per_link"};
  check_options(specification, kKeys, {});
  KiteSettings out;
  if (const std::string* text = specification.value_of("url")) out.ticker = url_of("url", *text, "ws", "wss");
  if (const std::string* text = specification.value_of("http")) out.http = url_of("http", *text, "http", "https");
  if (const std::string* text = specification.value_of("credentials")) out.credentials = *text;
  if (const std::string* text = specification.value_of("links")) {
    out.links = count_of("links", *text, KiteSettings::kMostLinks);
  }
  if (const std::string* text = specification.value_of("tokens_per_link")) {
    out.tokens_per_link = count_of("tokens_per_link", *text, KiteSettings::kMostTokensPerLink);
  }
  return out;
}

}  // namespace subd::feed
