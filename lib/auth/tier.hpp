#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace subd::auth {

/// The service level of a user, the least first.
enum class Tier : std::uint8_t { Starter, Professional, Institutional };

inline constexpr std::array kTiers{Tier::Starter, Tier::Professional, Tier::Institutional};

/// `STARTER PROFESSIONAL INSTITUTIONAL`.
[[nodiscard]] std::string_view tier_name(Tier tier) noexcept;
/// All names in order, for error messages: `STARTER, PROFESSIONAL, INSTITUTIONAL`.
[[nodiscard]] std::string_view tier_list() noexcept;
/// By its own name, in upper or lower case.
[[nodiscard]] std::optional<Tier> parse_tier(std::string_view name) noexcept;

/// Another name of a tier, as tokens of other systems have it.
struct TierAlias {
  std::string name;
  Tier tier{};
};

/// What a tier is called here, and what it is good for.
///
/// Threads: any; nothing in here changes after construction.
class TierRules {
 public:
  TierRules(std::vector<TierAlias> aliases, std::span<const Tier> premium);

  /// By name or alias, in upper or lower case.
  [[nodiscard]] std::optional<Tier> parse(std::string_view name) const noexcept;
  /// The tier in force: the stored one wins over the claim of the token. A claim that is empty or names nothing is the
  /// least tier.
  [[nodiscard]] Tier in_force(std::optional<Tier> stored, std::string_view claim) const noexcept;
  /// Whether premium signals are for that tier.
  [[nodiscard]] bool sees_premium(Tier tier) const noexcept { return premium_[static_cast<std::size_t>(tier)]; }

 private:
  std::vector<TierAlias> aliases_;
  std::array<bool, kTiers.size()> premium_{};
};

}  // namespace subd::auth
