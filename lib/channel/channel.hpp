#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "market/instrument.hpp"
#include "market/quote.hpp"

namespace subd::channel {

/// What one broadcast channel shows of the market. Its state is the boards' (MarketState); a channel only reads them.
///
/// Owner: the Broadcaster; the market thread.
class Channel {
 public:
  virtual ~Channel() = default;

  /// Another one whenever the message would be another.
  [[nodiscard]] virtual std::uint64_t version() const noexcept = 0;
  /// Appends the whole message, one JSON object. Called only while somebody takes the channel.
  virtual void append_message(std::string& out) const = 0;
  /// What the channel needs of an instrument while somebody takes it; nullopt: nothing.
  [[nodiscard]] virtual std::optional<market::QuoteMode> wants(const market::Instrument& instrument) const noexcept = 0;
};

}  // namespace subd::channel
