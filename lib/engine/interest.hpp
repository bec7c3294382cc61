#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/option_book.hpp"
#include "engine/upstream.hpp"
#include "market/instrument_table.hpp"

namespace subd::engine {

/// What a stream of an instrument of that type asks of the upstream: an index or equity its volume, everything else its
/// open interest too.
[[nodiscard]] market::QuoteMode stream_mode(market::InstrumentType type) noexcept;

/// What the upstream is asked for: the instruments of the streams, and what their greeks need besides.
///
/// Owner:      Engine.
/// Invariants: the upstream is subscribed to an instrument exactly while it has a stream or one that has needs it; the
///             book forgets it with that. Each is subscribed in its stream_mode().
class Interest {
 public:
  Interest(QuoteUpstream& upstream, OptionBook& book, const market::InstrumentTable& instruments);

  /// The instrument has its first stream. REQUIRES: it is not followed.
  void follow(market::InstrumentId instrument);
  /// It has lost its last. REQUIRES: it is followed.
  void unfollow(market::InstrumentId instrument);
  /// The market has moved on: what was at the money is no more, an expiry has passed. To be called a few times a
  /// second.
  void refresh();

 private:
  struct Followed {
    OptionBook::Focus focus;
    std::vector<market::InstrumentId> needs;
  };

  void add(market::InstrumentId instrument);
  void drop(market::InstrumentId instrument);
  void look_again(market::InstrumentId instrument, Followed& followed);

  QuoteUpstream& upstream_;
  OptionBook& book_;
  const market::InstrumentTable& instruments_;
  std::vector<std::uint32_t> uses_;  // by InstrumentId
  boost::unordered_flat_map<std::uint32_t, Followed> followed_;
};

}  // namespace subd::engine
