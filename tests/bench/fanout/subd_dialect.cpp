#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <stdexcept>

#include "fanout/dialect.hpp"
#include "fanout/frames.hpp"
#include "fanout/message.hpp"

namespace subd::bench {
namespace {

/// Enough for every indicator of the plan to have a value.
constexpr int kHistoryBars = 80;
constexpr std::int64_t kDayMs = 86'400'000;
/// Closed bars of 1 s are published from so long ago on, faster than the clock goes.
constexpr std::int64_t kBarsBeginMs = 100 * kDayMs;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class SubdDialect final : public Dialect {
 public:
  explicit SubdDialect(const DialectOptions& options) : options_{options} {}

  [[nodiscard]] std::string upgrade() const override {
    return upgrade_request("/ws/indicators", "Authorization: Bearer " + options_.token + "\r\n");
  }
  [[nodiscard]] std::string subscriptions(const std::vector<Take>& takes) const override {
    std::string out;
    for (const Take& take : takes) {
      append_client_frame(out, kText,
                          fmt::format(R"({{"type":"subscribe",{}}})", named_stream(take, options_.closed_bars)));
    }
    return out;
  }

  [[nodiscard]] std::string publisher_upgrade() const override {
    return upgrade_request("/ws/ingest", "Authorization: Bearer " + options_.key + "\r\n");
  }
  void publish(std::string& out, std::span<const Publication> burst) const override {
    std::string text = options_.closed_bars ? R"({"type":"ticks","bars":[)" : R"({"type":"ticks","ticks":[)";
    for (const Publication& tick : burst) {
      if (&tick != &burst.front()) text += ',';
      if (options_.closed_bars) {
        append_bar(text, tick.stream, "1s", begin_ms_ + static_cast<std::int64_t>(tick.seq) * 1000, tick.sent_us);
      } else {
        fmt::format_to(std::back_inserter(text), R"({{"symbol":"{}","last_price":{:.0f}}})", symbol_of(tick.stream),
                       tick.sent_us);
      }
    }
    append_client_frame(out, kText, text += "]}");
  }
  [[nodiscard]] std::vector<std::string> history(const Plan& plan) const override {
    std::vector<std::string> batches;
    if (options_.closed_bars) return batches;
    const std::int64_t today = now_ms() / kDayMs * kDayMs;
    std::string text;
    std::size_t rows = 0;
    const auto end_batch = [&] {
      append_client_frame(batches.emplace_back(), kText, R"({"type":"ticks","bars":[)" + text + "]}");
      text.clear();
      rows = 0;
    };
    for (int bar = 0; bar < kHistoryBars; ++bar) {
      for (std::size_t stream = 0; stream < plan.streams; ++stream) {
        if (rows > 0) text += ',';
        append_bar(text, stream, "1day", today - (kHistoryBars - bar) * kDayMs, 1000 + bar % 7 * 10.25);
        if (++rows == kRowsPerBatch) end_batch();
      }
    }
    if (rows > 0) end_batch();
    return batches;
  }

  [[nodiscard]] std::size_t history_bars() const override { return kHistoryBars; }

  void take(std::string_view payload, std::string&, Receiver& receiver) const override {
    if (payload.starts_with(R"({"type":"market_update")")) {
      receiver.market_message(payload);
      return;
    }
    if (payload.starts_with(R"({"type":"error")")) throw std::runtime_error{"subd says " + std::string{payload}};
    receiver.reply(payload);
    if (payload.starts_with(R"({"type":"snapshot")")) receiver.answer();
  }

 private:
  static constexpr std::size_t kRowsPerBatch = 400;  // within what a message may have

  static void append_bar(std::string& text, std::size_t stream, std::string_view timeframe, std::int64_t start_ms,
                         double price) {
    fmt::format_to(std::back_inserter(text),
                   R"({{"symbol":"{}","timeframe":"{}","time":{},"open":{},"high":{},"low":{},"close":{},"volume":1}})",
                   symbol_of(stream), timeframe, start_ms, price, price, price, price);
  }

  DialectOptions options_;
  std::int64_t begin_ms_ = (now_ms() - kBarsBeginMs) / 1000 * 1000;
};

}  // namespace

std::string named_stream(const Take& take, bool closed_bars) {
  std::string out = fmt::format(R"("symbol":"{}","timeframe":"{}","indicators":[)", symbol_of(take.stream),
                                closed_bars ? "1s" : "1day");
  bool first = true;
  for (std::size_t i = 0; i < kMostIndicators; ++i) {
    if ((take.view & (View{1} << i)) == 0) continue;
    if (!first) out += ',';
    first = false;
    out.append(1, '"').append(kIndicators[i]).append(1, '"');
  }
  return out += ']';
}

std::unique_ptr<Dialect> make_subd_dialect(const DialectOptions& options) {
  return std::make_unique<SubdDialect>(options);
}

}  // namespace subd::bench
