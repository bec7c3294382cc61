#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace subd::feed {

/// A feed that cannot be opened; names the key, the value and what is allowed. Thrown at start-up only.
class SpecificationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What an operator writes to choose a feed: `KIND[:[TARGET,]KEY=VALUE,KEY,...]`, as in
/// `replay:bars.csv,speed=max` or `sim:seed=7`. A target ends at the first comma.
struct Specification {
  struct Option {
    std::string key;
    std::optional<std::string> value;  ///< nullopt for a bare key
  };

  std::string kind;
  std::string target;
  std::vector<Option> options;

  /// The value of `key`; nullptr when it is not given. REQUIRES: check_specification passed.
  [[nodiscard]] const std::string* value_of(std::string_view key) const noexcept;
  [[nodiscard]] bool has(std::string_view key) const noexcept;
};

/// Splits `text`. `kind` decides whether a target follows: `replay` and `ssi` have one.
/// Throws SpecificationError for an unknown kind and a missing target.
[[nodiscard]] Specification parse_specification(std::string_view text);

/// Throws SpecificationError unless every option is one of `with_value` (and has a value) or of `bare` (and has none),
/// each given once.
void check_options(const Specification& specification, std::span<const std::string_view> with_value,
                   std::span<const std::string_view> bare);

}  // namespace subd::feed
