#include <cstddef>
#include <cstdint>
#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/smoothing.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

/// The fast average less the slow one, and the slow one.
struct Gap {
  double difference = 0;
  double slow = 0;
};

class SimpleAverages {
 public:
  SimpleAverages(std::size_t fast, std::size_t slow) : fast_{fast}, slow_{slow} {}

  std::optional<Gap> push(double x) noexcept { return gap(fast_.push(x), slow_.push(x)); }
  [[nodiscard]] std::optional<Gap> peek(double x) const noexcept { return gap(fast_.peek(x), slow_.peek(x)); }

 private:
  using Mean = std::optional<Moments::Value>;

  /// Of means with their cut-off digits, so that nearly equal ones leave a difference with all of its own.
  static std::optional<Gap> gap(const Mean& fast, const Mean& slow) noexcept {
    if (!fast || !slow) return std::nullopt;
    return Gap{(fast->mean - slow->mean) + (fast->mean_rest - slow->mean_rest), slow->mean};
  }

  SlidingFold<Moments> fast_;
  SlidingFold<Moments> slow_;
};

class ExponentialAverages {
 public:
  /// The fast average starts late, so that both seeds end on the same bar.
  ExponentialAverages(std::size_t fast, std::size_t slow) noexcept : fast_{fast, slow - fast}, slow_{slow} {}

  std::optional<Gap> push(double x) noexcept {
    const auto fast = fast_.push(x);
    const auto slow = slow_.push(x);
    if (!fast || !slow) return std::nullopt;
    return Gap{*fast - *slow, *slow};
  }
  [[nodiscard]] std::optional<Gap> peek(double x) const noexcept { return ExponentialAverages{*this}.push(x); }

 private:
  Ema fast_;
  Ema slow_;
};

template <class Averages>
struct Ppo {
  explicit Ppo(std::span<const double> values)
      : averages{bar_count(values[0]), bar_count(values[1])}, signal{bar_count(values[2])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const auto gap = step(self.averages, bar.close);
    if (!gap) return;
    const double line = gap->slow == 0 ? 0.0 : gap->difference / gap->slow * 100;
    out[0] = line;
    const auto signal = step(self.signal, line);
    if (!signal) return;
    out[1] = line - *signal;
    out[2] = *signal;
  }

  Averages averages;
  Ema signal;
};

enum class Smoothing : std::uint8_t { Sma, Ema };

/// In the order of Smoothing.
constexpr std::string_view kSmoothings[] = {"sma", "ema"};
constexpr std::string_view kFastAliases[] = {"fastperiod", "fast_length"};
constexpr std::string_view kSlowAliases[] = {"slowperiod", "slow_length"};
constexpr std::string_view kSignalAliases[] = {"signalperiod", "signal_length"};
constexpr std::string_view kAverageAliases[] = {"mamode", "matype"};
constexpr Parameter kParameters[] = {
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 12,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the fast average"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 26,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "length of the slow average"},
    {.name = "signal",
     .aliases = kSignalAliases,
     .default_value = 9,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "length of the exponential average of PPO"},
    {.name = "average",
     .aliases = kAverageAliases,
     .kind = ParameterKind::Choice,
     .default_value = static_cast<double>(Smoothing::Sma),
     .minimum = 0,
     .maximum = 1,
     .choices = kSmoothings,
     .doc = "fast and slow; sma: simple, the default of TA-Lib and pandas-ta; ema: exponential, as MACD has them",
     .convention = true},
};
constexpr Ordering kOrderings[] = {{.smaller = 0, .larger = 1}};
constexpr std::string_view kOutputs[] = {"PPO", "PPOh", "PPOs"};

}  // namespace

constexpr Definition kPpo{
    .name = "PPO",
    .title = "Percentage price oscillator",
    .description =
        "PPO: fast less slow simple average of the close, in percent of the slow one, with average ema of exponential "
        "averages seeded like MACD's; PPOs: exponential average of PPO, seeded with the mean of its first signal "
        "values; PPOh: PPO less PPOs. PPO starts with bar slow, the others signal - 1 bars later. 0 while nothing "
        "moves, and where the slow average is 0.",
    .source = "TA-Lib 0.6 PPO; PPOs and PPOh after pandas-ta",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[1]) + bar_count(values[2]) - 1; },
    .make =
        [](std::span<const double> values) {
          const bool exponential = static_cast<Smoothing>(values[3]) == Smoothing::Ema;
          return exponential ? make_stepped<Ppo<ExponentialAverages>>(values)
                             : make_stepped<Ppo<SimpleAverages>>(values);
        },
};

}  // namespace subd::indicator
