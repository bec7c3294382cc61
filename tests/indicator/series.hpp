#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indicator/catalogue.hpp"
#include "indicator/spec.hpp"

namespace subd::indicator::testing {

using Row = std::vector<double>;

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// A bar that traded at one price only.
inline market::Bar close_bar(double close, double volume = 0) {
  market::Bar bar;
  bar.open = bar.high = bar.low = bar.close = close;
  bar.volume = volume;
  return bar;
}

inline market::Bar range_bar(double high, double low, double close, double volume = 0) {
  market::Bar bar = close_bar(close, volume);
  bar.open = low;
  bar.high = high;
  bar.low = low;
  return bar;
}

inline std::vector<market::Bar> close_bars(std::initializer_list<double> closes) {
  std::vector<market::Bar> bars;
  for (const double close : closes) bars.push_back(close_bar(close));
  return bars;
}

/// The same series for the same seed on every machine.
class BarSource {
 public:
  explicit BarSource(std::uint64_t seed, double price = 10000) : random_{seed}, price_{price} {}

  /// A walk of up to 0.1 % a bar with a range around it, a day of 375 bars.
  market::Bar next() {
    const double open = price_;
    price_ *= 1 + 0.002 * (unit() - 0.5);
    return around(open);
  }

  /// The same, with jumps of 20 % up or down, single prints a hundred thousand times too high, volumes up to 1e9.
  market::Bar next_tricky() {
    const double open = price_;
    price_ *= 1 + 0.002 * (unit() - 0.5);
    if (count_ % 997 == 0) price_ *= price_ > 10000 ? 1 / 1.2 : 1.2;
    market::Bar bar = around(open);
    if (count_ % 1499 == 0) bar.high = bar.close = price_ * 1e5;
    bar.volume = unit() < 0.1 ? std::floor(1e9 * unit()) : std::floor(10 * unit());
    return bar;
  }

  /// Evenly spread over [0, 1).
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

 private:
  market::Bar around(double open) {
    market::Bar bar;
    bar.open = open;
    bar.close = price_;
    bar.high = std::max(open, price_) * (1 + 0.001 * unit());
    bar.low = std::min(open, price_) * (1 - 0.001 * unit());
    bar.volume = 1 + std::floor(100000 * unit());
    bar.start = base::UtcTime{std::chrono::minutes{count_}};
    bar.trading_day = market::TradingDay{std::chrono::days{count_ / 375}};
    ++count_;
    return bar;
  }

  std::mt19937_64 random_;
  double price_;
  std::int64_t count_ = 0;
};

inline std::vector<market::Bar> random_bars(std::uint64_t seed, std::size_t count, double price = 10000) {
  BarSource source{seed, price};
  std::vector<market::Bar> bars;
  for (std::size_t i = 0; i < count; ++i) bars.push_back(source.next());
  return bars;
}

/// The spec of an id that the test knows to be good.
inline Spec spec_of(std::string_view id) {
  const auto spec = parse_id(id);
  if (!spec) {
    ADD_FAILURE() << id << ": " << spec.error().message;
    return default_spec(*catalogue().front());
  }
  return *spec;
}

/// The definition's other conventions, each alone.
inline void append_conventions(std::vector<std::string>& ids, const Definition& definition) {
  for (const Parameter& parameter : definition.parameters) {
    if (!parameter.convention) continue;
    for (double value = parameter.minimum; value <= parameter.maximum; ++value) {
      if (value == parameter.default_value) continue;
      NamedParameter given{std::string{parameter.name}, value};
      if (parameter.kind == ParameterKind::Choice) given.value = std::string{parameter.choices[bar_count(value)]};
      ids.push_back(make_spec(definition.name, std::span{&given, 1})->id);
    }
  }
}

/// One running indicator that returns its values.
class Running {
 public:
  explicit Running(const Spec& spec)
      : outputs_{spec.definition->outputs.size()}, indicator_{spec.definition->make(spec.values)} {}
  explicit Running(std::string_view id) : Running{spec_of(id)} {}

  Row commit(const market::Bar& bar) {
    Row row(outputs_, -1);
    indicator_->commit(bar, row);
    return row;
  }
  [[nodiscard]] Row peek(const market::Bar& bar) const {
    Row row(outputs_, -1);
    indicator_->peek(bar, row);
    return row;
  }

 private:
  std::size_t outputs_;
  std::unique_ptr<Indicator> indicator_;
};

inline std::vector<Row> run(std::string_view id, const std::vector<market::Bar>& bars) {
  Running running{id};
  std::vector<Row> rows;
  for (const market::Bar& bar : bars) rows.push_back(running.commit(bar));
  return rows;
}

/// Both without a value, or within `tolerance` of `expected`, relative.
inline bool is_close(double actual, double expected, double tolerance) {
  if (std::isnan(expected) || std::isnan(actual)) return std::isnan(expected) && std::isnan(actual);
  return std::abs(actual - expected) <= tolerance * std::abs(expected);
}

inline ::testing::AssertionResult rows_agree(const std::vector<Row>& actual, const std::vector<Row>& expected) {
  if (actual.size() != expected.size()) {
    return ::testing::AssertionFailure() << actual.size() << " rows, not " << expected.size();
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i].size() != expected[i].size()) {
      return ::testing::AssertionFailure() << "row " << i << ": " << actual[i].size() << " outputs";
    }
    for (std::size_t j = 0; j < actual[i].size(); ++j) {
      const bool close =
          is_close(actual[i][j], expected[i][j], 1e-12) || std::abs(actual[i][j] - expected[i][j]) < 1e-13;
      if (!close) {
        return ::testing::AssertionFailure()
               << "row " << i << " output " << j << ": " << actual[i][j] << ", not " << expected[i][j];
      }
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace subd::indicator::testing
