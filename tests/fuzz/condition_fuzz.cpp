// Any text is either refused with its place in it, or a condition whose canonical text is the same condition again and
// which can be evaluated on any values.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression.hpp"

namespace {

using subd::engine::Expression;

const std::vector<std::string> kIndicators{"RSI_14_100", "SMA_20", "MACD_12_26_9", "BBANDS_20_2", "VWAP_D"};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_same(Expression& one, Expression& other) {
  require(one.text() == other.text());
  require(one.operands() == other.operands());
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double values[] = {0, 1, -1, 70, 1e308, -1e308, 5e-324, none, std::numeric_limits<double>::infinity()};
  for (std::size_t shift = 0; shift < std::size(values); ++shift) {
    bool all_known = true;
    for (std::size_t i = 0; i < one.operands().size(); ++i) {
      const double value = values[(shift + i) % std::size(values)];
      all_known = all_known && std::isfinite(value);
      one.set(i, value);
      other.set(i, value);
    }
    require(one.holds() == other.holds());
    require(all_known || !one.holds());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  auto expression = Expression::compile(text, kIndicators);
  if (expression) {
    auto again = Expression::compile(expression->text(), kIndicators);
    require(again.has_value());
    check_same(*expression, *again);
    return 0;
  }
  const auto& error = expression.error();
  require(error.code == subd::wire::ErrorCode::BadRequest);
  require(error.message.starts_with("when, byte "));
  require(error.message.size() < 400);
  require(error.detail.starts_with(R"({"field":"when","position":)"));
  return 0;
}
