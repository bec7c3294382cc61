// What a tick of the Kite ticker costs on one core: decoding frames of many packets, and encoding them again.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "kite/frame.hpp"

namespace {

using subd::kite::FrameBuilder;
using subd::kite::FrameReader;
using subd::market::QuoteMode;

constexpr std::size_t kPackets = 200;

/// A frame of random packets in `mode`.
std::string frame_in(QuoteMode mode) {
  std::mt19937 random{1};
  std::string out;
  FrameBuilder builder{out};
  for (std::size_t i = 0; i < kPackets; ++i) {
    const auto token = static_cast<std::uint32_t>(i << 8 | 2);
    std::string bytes(subd::kite::packet_length(token, mode), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    builder.add(bytes);
  }
  return out;
}

void decode(benchmark::State& state) {
  const std::string frame = frame_in(static_cast<QuoteMode>(state.range(0)));
  for (auto _ : state) {
    FrameReader reader{frame};
    while (auto packet = reader.next()) benchmark::DoNotOptimize(packet);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPackets));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(frame.size()));
}

void encode(benchmark::State& state) {
  const auto mode = static_cast<QuoteMode>(state.range(0));
  const std::string frame = frame_in(mode);
  FrameReader reader{frame};
  const auto packet = reader.next();
  std::string out;
  for (auto _ : state) {
    out.clear();
    FrameBuilder builder{out};
    for (std::size_t i = 0; i < kPackets; ++i) builder.add(packet->token, packet->last_price, packet->quote, mode);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPackets));
}

void each_mode(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("mode")->DenseRange(0, 2);
}

BENCHMARK(decode)->Apply(each_mode);
BENCHMARK(encode)->Apply(each_mode);

}  // namespace

BENCHMARK_MAIN();
