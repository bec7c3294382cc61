#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "ssi/decode.hpp"

namespace {

using namespace subd;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_known(double value) {
  return !std::isnan(value);
}

/// What the feed relies on.
struct Check {
  void operator()(const ssi::Security& message) const {
    check(message.moment, message.symbol);
    require(message.trade || message.book);
    if (message.trade && is_known(message.trade->last_price)) require(message.trade->last_price > 0);
    if (message.trade && is_known(message.trade->total_volume)) require(message.trade->total_volume >= 0);
    if (!message.book) return;
    for (const auto& side : {message.book->bids, message.book->asks}) {
      require(std::all_of(side.begin(), side.end(),
                          [](const ssi::Level& level) { return level.price >= 0 && level.volume >= 0; }));
    }
  }
  void operator()(const ssi::Foreign& message) const {
    check(message.moment, message.symbol);
    for (const double value : {message.buy_volume, message.sell_volume, message.buy_value, message.sell_value}) {
      require(!is_known(value) || (value >= 0 && std::isfinite(value)));
    }
  }
  void operator()(const ssi::Index& message) const {
    check(message.moment, message.id);
    require(!is_known(message.value) || message.value > 0);
  }
  void operator()(const ssi::Bar& message) const { check(message.moment, message.symbol); }
  void operator()(const ssi::Status& message) const { check(message.moment, message.symbol); }
  void operator()(const ssi::UpstreamError&) const {}

  static void check(const ssi::Moment& moment, std::string_view symbol) {
    require(!symbol.empty() && symbol.size() <= 64);
    require(moment.time_of_day.count() >= 0 && moment.time_of_day < std::chrono::hours{24});
  }
};

}  // namespace

/// Whatever comes over the line: messages that hold what they promise, or reasons.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const ssi::Decoded& decoded : ssi::decode({reinterpret_cast<const char*>(data), size})) {
    if (decoded) {
      std::visit(Check{}, *decoded);
    } else {
      require(!decoded.error().message.empty() && decoded.error().message.size() < 1000);
    }
  }
  return 0;
}
