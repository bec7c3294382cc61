// What permessage-deflate costs a message, beside the same message as it is: alone, and shared by a hundred connections.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "server/compression.hpp"
#include "ws/frame_encoder.hpp"

namespace {

using namespace subd;

constexpr int kShared = 100;

/// An update with so many indicators: 1 is about 300 bytes, 6 about 450.
std::string message_of(std::int64_t indicators) {
  std::string text =
      R"({"type":"market_update","symbol":"NIFTY50","timeframe":"1min","epoch":"k3f9","seq":811,"bar":"forming",)"
      R"("timestamp":"2025-11-04T10:35:00.250Z","ohlcv":{"time":"2025-11-04T10:35:00.000Z","open":24013.55,)"
      R"("high":24021.1,"low":24009.05,"close":24017.85,"volume":182350},"greeks":null,"oi":null,"indicators":{)";
  for (std::int64_t i = 0; i < indicators; ++i) {
    text += (i == 0 ? "\"SMA_" : ",\"SMA_") + std::to_string(20 + i) +
            "\":" + std::to_string(24011.8342719 + 0.37291 * static_cast<double>(i));
  }
  return text + "}}";
}

session::Entry entry_of(std::int64_t indicators) {
  const auto text = std::make_shared<const std::string>(message_of(indicators));
  session::Entry entry;
  entry.payload_bytes = text->size();
  entry.payload = text;
  return entry;
}

void plain(benchmark::State& state) {
  const session::Entry entry = entry_of(state.range(0));
  std::string out;
  for (auto _ : state) {
    out.clear();
    ws::append_text_header(out, entry.payload_bytes);
    entry.append_payload(out);
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(plain)->Arg(1)->Arg(6)->Arg(20);

void compressed_alone(benchmark::State& state) {
  const session::Entry entry = entry_of(state.range(0));
  server::Compression compression{0};
  std::string out;
  for (auto _ : state) {
    out.clear();
    compression.append_frame(entry, out);
    compression.end_turn();
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(compressed_alone)->Arg(1)->Arg(6)->Arg(20);

void compressed_for_a_hundred(benchmark::State& state) {
  const session::Entry entry = entry_of(state.range(0));
  server::Compression compression{0};
  std::string out;
  for (auto _ : state) {
    for (int i = 0; i < kShared; ++i) {
      out.clear();
      compression.append_frame(entry, out);
      benchmark::DoNotOptimize(out.data());
    }
    compression.end_turn();
  }
  state.SetItemsProcessed(state.iterations() * kShared);
  state.counters["bytes"] = static_cast<double>(out.size());
}
BENCHMARK(compressed_for_a_hundred)->Arg(1)->Arg(6)->Arg(20);

}  // namespace

BENCHMARK_MAIN();
