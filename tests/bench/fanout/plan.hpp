#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace subd::bench {

/// What a tab can take; bit i of a view is kIndicators[i].
inline constexpr std::string_view kIndicators[] = {
    "RSI_14_100",     "MACD_12_26_9", "SMA_20",       "EMA_20",   "BBANDS_20_2",   "ATR_14",       "ADX_14",
    "STOCH_14_3_3",   "WMA_20",       "HMA_20",       "CCI_20",   "WILLR_14",      "MFI_14",       "ROC_10",
    "DONCHIAN_20_20", "KC_20_2",      "AROON_14",     "MOM_10",   "CHOP_14_1_100", "OBV",          "TRIX_30_9",
    "PPO_12_26_9",    "UO_7_14_28",   "TSI_13_25_13", "STDEV_30", "LINREG_14",     "KAMA_10_2_30", "DEMA_20",
    "TEMA_20",        "NATR_14",      "SMA_50",       "EMA_50"};
inline constexpr std::size_t kMostIndicators = sizeof kIndicators / sizeof kIndicators[0];
inline constexpr std::size_t kMostStreams = 1000;

using View = std::uint32_t;

/// One stream as one tab takes it.
struct Take {
  std::uint16_t stream = 0;
  View view = 0;
  std::uint32_t bytes = 0;  ///< of a message, where the server is told how long it is to be
};

struct PlanOptions {
  std::size_t tabs = 1000;
  std::size_t streams = 1;
  std::size_t streams_per_tab = 1;
  std::size_t least_indicators = 2;
  std::size_t most_indicators = 2;
  std::size_t of_indicators = 20;  ///< the views are drawn from so many
  bool same_view = false;          ///< every tab takes the first `most_indicators`
  bool together = false;           ///< all streams tick at once; otherwise each on its own
  std::uint64_t seed = 1;
};

/// Who takes what, and what ticks together. The same options, the same plan.
struct Plan {
  std::vector<std::vector<Take>> tabs;
  std::vector<std::vector<std::uint16_t>> bursts;  ///< streams that tick together
  std::vector<std::uint32_t> burst_of;             ///< by stream
  std::vector<std::uint32_t> deliveries;           ///< messages that one tick of a burst makes, by burst
  std::size_t streams = 0;
};

[[nodiscard]] Plan make_plan(const PlanOptions& options);

/// A view of `least` to `most` indicators of the first `of`, from the state of a generator.
[[nodiscard]] View draw_view(std::uint64_t& state, std::size_t least, std::size_t most, std::size_t of);

/// `B0007`.
[[nodiscard]] std::string symbol_of(std::size_t stream);

/// The lengths of messages, one line per take in the order of the plan; throws std::runtime_error when they are not of
/// this plan.
void load_lengths(Plan& plan, const std::string& path);
void save_lengths(const Plan& plan, const std::string& path);

}  // namespace subd::bench
