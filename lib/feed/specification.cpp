#include "feed/specification.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.hpp"

namespace subd::feed {
namespace {

Specification::Option parse_option(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string{text}, std::nullopt};
  return {std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

bool contains(std::span<const std::string_view> keys, std::string_view key) noexcept {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

const std::string* Specification::value_of(std::string_view key) const noexcept {
  for (const Option& option : options) {
    if (option.key == key && option.value) return &*option.value;
  }
  return nullptr;
}

bool Specification::has(std::string_view key) const noexcept {
  return std::any_of(options.begin(), options.end(), [&](const Option& option) { return option.key == key; });
}

Specification parse_specification(std::string_view text) {
  Specification out;
  const auto colon = text.find(':');
  out.kind = text.substr(0, colon);
  if (out.kind != "sim" && out.kind != "replay" && out.kind != "kite" && out.kind != "ssi" && out.kind != "push") {
    throw SpecificationError(
        fmt::format("feed: there is no feed '{}'; allowed are sim, replay:FILE, kite, ssi:FILE and push", out.kind));
  }
  std::string_view rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  const auto take = [&rest] {
    const auto comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    return part;
  };
  if (out.kind == "replay" || out.kind == "ssi") {
    out.target = take();
    if (out.target.empty()) {
      throw SpecificationError(fmt::format("feed: {0} needs a file, as in {0}:{1},speed=max", out.kind,
                                           out.kind == "replay" ? "bars.csv" : "day.jsonl"));
    }
  }
  while (!rest.empty()) out.options.push_back(parse_option(take()));
  return out;
}

void check_options(const Specification& specification, std::span<const std::string_view> with_value,
                   std::span<const std::string_view> bare) {
  std::vector<std::string_view> known{with_value.begin(), with_value.end()};
  known.insert(known.end(), bare.begin(), bare.end());
  for (std::size_t i = 0; i < specification.options.size(); ++i) {
    const Specification::Option& option = specification.options[i];
    if (!contains(known, option.key)) {
      throw SpecificationError(fmt::format("feed: {} has no option '{}'; allowed are {}{}", specification.kind,
                                           option.key, fmt::join(known, ", "),
                                           base::did_you_mean(base::nearest(option.key, known, 1))));
    }
    if (contains(with_value, option.key) && (!option.value || option.value->empty())) {
      throw SpecificationError(
          fmt::format("feed: {}: option {} needs a value: {}=...", specification.kind, option.key, option.key));
    }
    if (contains(bare, option.key) && option.value) {
      throw SpecificationError(
          fmt::format("feed: {}: option {} takes no value, got '{}'", specification.kind, option.key, *option.value));
    }
    for (std::size_t other = 0; other < i; ++other) {
      if (specification.options[other].key == option.key) {
        throw SpecificationError(
            fmt::format("feed: {}: option {} is given more than once", specification.kind, option.key));
      }
    }
  }
}

}  // namespace subd::feed
