// What one bar costs each indicator: commit when it closes, peek while it forms. Ends with the average over the
// catalogue, which is what a stream pays for an indicator, beside the budget.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"

namespace {

using subd::indicator::Spec;
using subd::market::Bar;

/// Enough bars that branches do not learn them, few enough to stay in cache; a power of two.
constexpr std::size_t kBars = 4096;

const std::vector<Bar>& bars() {
  static const std::vector<Bar> made = [] {
    std::mt19937_64 random{1};
    const auto unit = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<Bar> out(kBars);
    double price = 10000;
    for (Bar& bar : out) {
      bar.open = price;
      price *= 1 + 0.002 * (unit() - 0.5);
      bar.close = price;
      bar.high = std::max(bar.open, bar.close) + unit();
      bar.low = std::min(bar.open, bar.close) - unit();
      bar.volume = 1000 * unit();
      bar.trading_day = subd::market::TradingDay{std::chrono::days{(&bar - out.data()) / 375}};
    }
    return out;
  }();
  return made;
}

void run_bars(benchmark::State& state, const Spec& spec, bool forming) {
  const auto indicator = spec.definition->make(spec.values);
  std::vector<double> out(spec.definition->outputs.size());
  const std::size_t warm_up = spec.definition->warm_up(spec.values);
  for (std::size_t i = 0; i < warm_up; ++i) indicator->commit(bars()[i % kBars], out);
  std::size_t i = 0;
  for (auto _ : state) {
    const Bar& bar = bars()[i++ % kBars];
    forming ? indicator->peek(bar, out) : indicator->commit(bar, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}

void add(const Spec& spec) {
  for (const bool forming : {false, true}) {
    const std::string name = spec.id + (forming ? "/peek" : "/commit");
    benchmark::RegisterBenchmark(name.c_str(), [spec, forming](benchmark::State& s) { run_bars(s, spec, forming); });
  }
}

constexpr double kBudgetNs = 100;

/// Prints what the console reporter prints, and adds up the indicators with their defaults.
class CatalogueAverage : public benchmark::ConsoleReporter {
 public:
  CatalogueAverage() : ConsoleReporter{OO_None} {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.error_occurred || run.run_type != Run::RT_Iteration) continue;
      const std::string name = run.benchmark_name();
      const std::size_t slash = name.find('/');
      const auto spec = subd::indicator::parse_id(name.substr(0, slash));
      if (!spec || spec->id != subd::indicator::default_spec(*spec->definition).id) continue;
      Total& total = name.substr(slash) == "/peek" ? peek_ : commit_;
      // Processor time: that of the wall counts whatever else the machine does.
      total.nanoseconds += run.GetAdjustedCPUTime();
      ++total.runs;
    }
  }

  void print() const {
    for (const auto& [name, total] : {std::pair{"commit", commit_}, std::pair{"peek", peek_}}) {
      if (total.runs == 0) continue;
      const double average = total.nanoseconds / total.runs;
      std::printf("average %s of %d: %.1f ns, %s the budget of %.0f ns\n", name, total.runs, average,
                  average < kBudgetNs ? "within" : "OVER", kBudgetNs);
    }
  }

 private:
  struct Total {
    double nanoseconds = 0;
    int runs = 0;
  };
  Total commit_;
  Total peek_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  for (const auto* definition : subd::indicator::catalogue()) add(subd::indicator::default_spec(*definition));
  // The longest windows show what does not grow with length, and what does.
  for (const char* id : {"SMA_5000", "WMA_5000", "BBANDS_5000", "STOCH_5000", "CCI_1000", "HMA_5000", "AO_5_5000",
                         "DONCHIAN_5000_5000"}) {
    if (const auto spec = subd::indicator::parse_id(id)) add(*spec);
  }
  CatalogueAverage average;
  benchmark::RunSpecifiedBenchmarks(&average);
  average.print();
  benchmark::Shutdown();
}
