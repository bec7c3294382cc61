#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "metrics/histogram.hpp"

namespace subd::metrics {

struct Label {
  std::string_view name;
  std::string_view value;
};

/// One answer to a scrape. There is no registry: each owner of counters adds what it has, text() renders all of it.
///
/// Samples of equal name and labels are added up, so that owners of the same kind (the io threads) need not know of
/// each other. A family keeps the help text and the type of its first sample; adding to it as another type is a bug of
/// the caller and asserted. Families and samples come out in the order of their first addition.
///
/// Threads: one at a time; made, filled and rendered by whoever answers the scrape.
class Exposition {
 public:
  using Labels = std::initializer_list<Label>;

  /// `name` ends in `_total`.
  void counter(std::string_view name, std::string_view help, Labels labels, std::uint64_t value);
  void gauge(std::string_view name, std::string_view help, Labels labels, double value);
  /// `bounds` ascend and are in the histogram's unit; they and the sum are divided by `divisor` on the way out (1e6
  /// turns microseconds into the seconds that Prometheus wants).
  void histogram(std::string_view name, std::string_view help, Labels labels, const Histogram& values,
                 std::span<const std::uint64_t> bounds, double divisor);

  /// The Prometheus text format, version 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  enum class Type : std::uint8_t { Counter, Gauge, Histogram };

  struct Sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;  ///< of a histogram: the sum
    std::uint64_t count = 0;
    std::vector<std::pair<double, std::uint64_t>> buckets;  ///< upper bound, values up to it
  };
  struct Family {
    std::string name;
    std::string help;
    Type type;
    std::vector<Sample> samples;
    std::unordered_map<std::string, std::size_t> index;  ///< labels as one text -> samples
  };

  Sample& sample(std::string_view name, std::string_view help, Type type, Labels labels);

  std::vector<Family> families_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace subd::metrics
