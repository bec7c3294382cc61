#pragma once

#include <memory>

#include "feed/feed_source.hpp"
#include "market/instrument_table.hpp"
#include "session/directory.hpp"

namespace subd::daemon {

/// Symbols, timeframes and indicators as clients write them, against the feed's instruments and the catalogue.
///
/// Threads: immutable; any.
class MarketDirectory final : public session::Directory {
 public:
  explicit MarketDirectory(std::shared_ptr<const market::InstrumentTable> instruments) noexcept
      : instruments_{std::move(instruments)} {}

  [[nodiscard]] base::Result<session::ResolvedStream, wire::Error> stream(std::string_view symbol,
                                                                          std::string_view timeframe) const override;
  [[nodiscard]] base::Result<std::vector<std::string>, wire::Error> indicators(
      std::span<const wire::IndicatorRequest> requests) const override;
  [[nodiscard]] base::Result<session::ResolvedCondition, wire::Error> condition(
      std::string_view text, std::span<const std::string> indicators) const override;

 private:
  std::shared_ptr<const market::InstrumentTable> instruments_;
};

}  // namespace subd::daemon
