#include "metrics/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace subd::metrics {

std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
  if (value < kExact) return static_cast<std::size_t>(value);
  if (value >> kTopBit != 0) return kBuckets - 1;
  // The highest set bit names the power of two, the kSubBits bits after it the bucket inside.
  const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
  const std::size_t inside = static_cast<std::size_t>(value >> (power - kSubBits)) - (std::size_t{1} << kSubBits);
  return kExact + (power - kSubBits - 1) * (std::size_t{1} << kSubBits) + inside;
}

std::uint64_t Histogram::middle_of(std::size_t bucket) noexcept {
  if (bucket < kExact) return bucket;
  const std::size_t beyond = bucket - kExact;
  const auto shift = static_cast<unsigned>(beyond >> kSubBits) + 1;
  const std::uint64_t inside = beyond & ((std::size_t{1} << kSubBits) - 1);
  const std::uint64_t low = ((std::uint64_t{1} << kSubBits) + inside) << shift;
  return low + (std::uint64_t{1} << (shift - 1));
}

Histogram::Histogram(const Histogram& other) noexcept {
  *this = other;
}

Histogram& Histogram::operator=(const Histogram& other) noexcept {
  if (this == &other) return *this;
  clear();
  merge(other);
  return *this;
}

void Histogram::record(std::uint64_t value, std::uint64_t times) noexcept {
  if (times == 0) return;
  add(buckets_[bucket_of(value)], times);
  add(count_, times);
  add(sum_, value * times);
  if (value > max()) max_.store(value, std::memory_order_relaxed);
}

void Histogram::merge(const Histogram& other) noexcept {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const std::uint64_t in_bucket = other.buckets_[i].load(std::memory_order_relaxed);
    if (in_bucket == 0) continue;
    add(buckets_[i], in_bucket);
    seen += in_bucket;
  }
  // What the buckets say, not other.count(): a writer beside us may have got further meanwhile.
  add(count_, seen);
  add(sum_, other.sum());
  max_.store(std::max(max(), other.max()), std::memory_order_relaxed);
}

void Histogram::clear() noexcept {
  for (Cell& cell : buckets_) cell.store(0, std::memory_order_relaxed);
  count_.store(0, std::memory_order_relaxed);
  sum_.store(0, std::memory_order_relaxed);
  max_.store(0, std::memory_order_relaxed);
}

double Histogram::mean() const noexcept {
  const std::uint64_t values = count();
  return values == 0 ? 0.0 : static_cast<double>(sum()) / static_cast<double>(values);
}

std::uint64_t Histogram::quantile(double q) const noexcept {
  const std::uint64_t values = count();
  if (values == 0) return 0;
  const double share = std::isnan(q) ? 0.0 : std::clamp(q, 0.0, 1.0);
  if (share == 1.0) return max();
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(values))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i].load(std::memory_order_relaxed);
    if (seen >= rank) return i == kBuckets - 1 ? max() : std::min(middle_of(i), max());
  }
  return max();
}

std::uint64_t Histogram::count_up_to(std::uint64_t bound) const noexcept {
  std::uint64_t seen = 0;
  for (std::size_t i = 0, last = bucket_of(bound); i <= last; ++i) {
    seen += buckets_[i].load(std::memory_order_relaxed);
  }
  return seen;
}

}  // namespace subd::metrics
