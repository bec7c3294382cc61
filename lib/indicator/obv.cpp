#include <optional>

#include "indicator/definitions.hpp"
#include "indicator/stepped.hpp"

namespace subd::indicator {
namespace {

class SignedVolume {
 public:
  double push(const market::Bar& bar) noexcept {
    if (!close_ || bar.close > *close_) {
      total_ += bar.volume;
    } else if (bar.close < *close_) {
      total_ -= bar.volume;
    }
    close_ = bar.close;
    return total_;
  }

  [[nodiscard]] double peek(const market::Bar& bar) const noexcept { return SignedVolume{*this}.push(bar); }

 private:
  std::optional<double> close_;
  double total_ = 0;
};

struct Obv {
  explicit Obv(std::span<const double>) {}

  template <class Self, class Step>
  static void evaluate(Self& self, Step step, const market::Bar& bar, std::span<double> out) noexcept {
    out[0] = step(self.volume, bar);
  }

  SignedVolume volume;
};

constexpr std::string_view kOutputs[] = {"OBV"};

}  // namespace

constexpr Definition kObv{
    .name = "OBV",
    .title = "On-balance volume",
    .description =
        "Running total of volume, added when the close rises and taken off when it falls. It starts with the "
        "volume of the oldest bar held, so its level depends on where history starts; its changes do not.",
    .source = "TA-Lib 0.6 OBV",
    .outputs = kOutputs,
    .warm_up = [](std::span<const double>) { return std::size_t{1}; },
    .make = make_stepped<Obv>,
};

}  // namespace subd::indicator
