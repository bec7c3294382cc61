#include "indicator/definitions.hpp"
#include "indicator/sliding_fold.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

struct Ao {
  explicit Ao(std::span<const double> values) : fast{bar_count(values[0])}, slow{bar_count(values[1])} {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    const double middle = (bar.high + bar.low) / 2;
    const auto fast = step(self.fast, middle);
    const auto slow = step(self.slow, middle);
    if (!fast || !slow) return;
    // What the two means were rounded by shows when they are close to each other.
    out[0] = (fast->mean - slow->mean) + (fast->mean_rest - slow->mean_rest);
  }

  SlidingFold<Moments> fast;
  SlidingFold<Moments> slow;
};

constexpr std::string_view kFastAliases[] = {"fastperiod", "fast_length"};
constexpr std::string_view kSlowAliases[] = {"slowperiod", "slow_length"};
constexpr Parameter kParameters[] = {
    {.name = "fast",
     .aliases = kFastAliases,
     .default_value = 5,
     .minimum = 1,
     .maximum = kLongestWindow,
     .doc = "bars of the fast average"},
    {.name = "slow",
     .aliases = kSlowAliases,
     .default_value = 34,
     .minimum = 2,
     .maximum = kLongestWindow,
     .doc = "bars of the slow average"},
};
constexpr Ordering kOrderings[] = {{.smaller = 0, .larger = 1}};
constexpr std::string_view kOutputs[] = {"AO"};

}  // namespace

constexpr Definition kAo{
    .name = "AO",
    .title = "Awesome oscillator",
    .description =
        "Simple average of (high + low) / 2 over fast bars less that over slow bars. First value with bar slow. 0 "
        "while "
        "nothing moves. pandas-ta exchanges fast and slow when they are the wrong way round; here that is an error.",
    .source = "pandas-ta 0.3.14b AO",
    .parameters = kParameters,
    .orderings = kOrderings,
    .outputs = kOutputs,
    .warm_up = [](std::span<const double> values) { return bar_count(values[1]); },
    .make = make_stepped<Ao>,
};

}  // namespace subd::indicator
