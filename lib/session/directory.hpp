#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "market/instrument.hpp"
#include "wire/client_message.hpp"
#include "wire/error.hpp"
#include "wire/update.hpp"

namespace subd::session {

struct ResolvedStream {
  wire::StreamId id{};
  std::string_view symbol;     ///< canonical; lives as long as the Directory
  std::string_view timeframe;  ///< canonical
};

struct ResolvedInstrument {
  market::InstrumentId id{};
  std::uint32_t token = 0;
  std::string_view symbol;  ///< canonical; lives as long as the Directory
};

struct ResolvedCondition {
  std::string text;                     ///< canonical
  std::vector<std::string> indicators;  ///< canonical ids that it reads
};

/// Names as clients write them -> what the market side knows. Implemented by the composition root.
///
/// Threads: const and free of state that changes; any io thread at any time.
class Directory {
 public:
  virtual ~Directory() = default;
  [[nodiscard]] virtual base::Result<ResolvedStream, wire::Error> stream(std::string_view symbol,
                                                                         std::string_view timeframe) const = 0;
  /// What has that token; cheap, whatever the token.
  [[nodiscard]] virtual std::optional<ResolvedInstrument> find_token(std::uint32_t token) const = 0;
  /// What has that token, or that symbol. `field` is where a request has it, for the error.
  [[nodiscard]] virtual base::Result<ResolvedInstrument, wire::Error> token(std::uint32_t token,
                                                                            std::string_view field) const = 0;
  [[nodiscard]] virtual base::Result<ResolvedInstrument, wire::Error> symbol(std::string_view symbol,
                                                                             std::string_view field) const = 0;
  /// REQUIRES: `id` comes from this directory.
  [[nodiscard]] virtual ResolvedInstrument instrument(market::InstrumentId id) const = 0;
  /// Canonical ids in the order asked for, repetitions removed. `field` of an error detail names the wrong entry.
  [[nodiscard]] virtual base::Result<std::vector<std::string>, wire::Error> indicators(
      std::span<const wire::IndicatorRequest> requests) const = 0;
  /// An expression over the bar and some of `indicators`, canonical ids.
  [[nodiscard]] virtual base::Result<ResolvedCondition, wire::Error> condition(
      std::string_view text, std::span<const std::string> indicators) const = 0;
};

}  // namespace subd::session
