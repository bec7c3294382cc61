#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
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
  explicit MarketDirectory(std::shared_ptr<const market::InstrumentTable> instruments);
  MarketDirectory(const MarketDirectory&) = delete;
  MarketDirectory& operator=(const MarketDirectory&) = delete;

  [[nodiscard]] base::Result<session::ResolvedStream, wire::Error> stream(std::string_view symbol,
                                                                          std::string_view timeframe) const override;
  [[nodiscard]] std::optional<session::ResolvedInstrument> find_token(std::uint32_t token) const override;
  [[nodiscard]] base::Result<session::ResolvedInstrument, wire::Error> token(std::uint32_t token,
                                                                             std::string_view field) const override;
  [[nodiscard]] base::Result<session::ResolvedInstrument, wire::Error> symbol(std::string_view symbol,
                                                                              std::string_view field) const override;
  [[nodiscard]] session::ResolvedInstrument instrument(market::InstrumentId id) const override;
  [[nodiscard]] base::Result<std::vector<std::string>, wire::Error> indicators(
      std::span<const wire::IndicatorRequest> requests) const override;
  [[nodiscard]] base::Result<session::ResolvedCondition, wire::Error> condition(
      std::string_view text, std::span<const std::string> indicators) const override;

 private:
  [[nodiscard]] base::Result<market::InstrumentId, wire::Error> find(std::string_view symbol,
                                                                     std::string_view field) const;

  std::shared_ptr<const market::InstrumentTable> instruments_;
  boost::unordered_flat_map<std::uint32_t, market::InstrumentId> by_token_;  // the first of a token keeps it
  std::vector<std::string> token_texts_;                                     // for near misses
  std::vector<std::string_view> token_views_;                                // of token_texts_
};

}  // namespace subd::daemon
