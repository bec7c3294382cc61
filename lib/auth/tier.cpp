#include "auth/tier.hpp"

#include <algorithm>
#include <utility>

namespace subd::auth {
namespace {

constexpr std::array<std::string_view, kTiers.size()> kNames{"STARTER", "PROFESSIONAL", "INSTITUTIONAL"};

constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return upper(a) == upper(b); });
}

}  // namespace

std::string_view tier_name(Tier tier) noexcept {
  return kNames[static_cast<std::size_t>(tier)];
}

std::string_view tier_list() noexcept {
  return "STARTER, PROFESSIONAL, INSTITUTIONAL";
}

std::optional<Tier> parse_tier(std::string_view name) noexcept {
  for (const Tier tier : kTiers) {
    if (equal_ignoring_case(name, tier_name(tier))) return tier;
  }
  return std::nullopt;
}

TierRules::TierRules(std::vector<TierAlias> aliases, std::span<const Tier> premium) : aliases_{std::move(aliases)} {
  for (const Tier tier : premium) premium_[static_cast<std::size_t>(tier)] = true;
}

std::optional<Tier> TierRules::parse(std::string_view name) const noexcept {
  if (const auto tier = parse_tier(name)) return tier;
  const auto alias = std::find_if(aliases_.begin(), aliases_.end(), [name](const TierAlias& candidate) {
    return equal_ignoring_case(candidate.name, name);
  });
  return alias != aliases_.end() ? std::optional{alias->tier} : std::nullopt;
}

Tier TierRules::in_force(std::optional<Tier> stored, std::string_view claim) const noexcept {
  if (stored) return *stored;
  return parse(claim).value_or(Tier::Starter);
}

}  // namespace subd::auth
