#pragma once

#include <span>
#include <string>
#include <string_view>

#include "indicator/definition.hpp"

namespace subd::indicator {

/// Every indicator, sorted by name. Threads: any; nothing here changes after start.
[[nodiscard]] std::span<const Definition* const> catalogue() noexcept;

/// By name, in any case; nullptr when there is none.
[[nodiscard]] const Definition* find(std::string_view name) noexcept;

/// The whole catalogue as a JSON array, for people and programs that choose an indicator:
///   [{"name","title","description","source",
///     "parameters":[{"name","type":"integer"|"number"|"choice","default","minimum","maximum","choices","convention",
///                    "description"}],
///     "outputs":[..],"default_id","warm_up"}]
/// warm_up is in bars, with default parameters. A choice has null limits; `choices` is empty for the other types.
/// `convention` is true for a parameter that an id leaves out at its default (see Parameter).
[[nodiscard]] std::string catalogue_json();

}  // namespace subd::indicator
