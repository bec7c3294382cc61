#include "market/instrument.hpp"

#include <algorithm>
#include <array>

namespace subd::market {
namespace {

constexpr std::array<std::string_view, 6> kTypeNames{"index", "equity", "future", "call", "put", "other"};

}  // namespace

std::string_view instrument_type_name(InstrumentType type) noexcept {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<InstrumentType> parse_instrument_type(std::string_view name) noexcept {
  const auto it = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (it == kTypeNames.end()) return std::nullopt;
  return static_cast<InstrumentType>(it - kTypeNames.begin());
}

std::string_view instrument_type_list() noexcept {
  return "index, equity, future, call, put, other";
}

}  // namespace subd::market
