#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bars/bar_series.hpp"
#include "base/clock.hpp"
#include "engine/hub_set.hpp"
#include "engine/output_series.hpp"
#include "indicator/indicator.hpp"
#include "indicator/spec.hpp"
#include "wire/update.hpp"

namespace subd::engine {

/// One running indicator of one stream: the only one of its id, however many subscribers it has.
///
/// Owner: its Stream.
class Computation {
 public:
  /// Warms up over all bars of `series`.
  Computation(indicator::Spec spec, wire::Slot slot, const bars::BarSeries& series, std::size_t capacity);

  /// Takes a closed bar in: its values become the newest row and the current values.
  void commit(const market::Bar& bar);
  /// Evaluates the forming bar into the current values; the committed state stays.
  void peek(const market::Bar& forming);
  /// Appends `"RSI_14_100":67.3` with the current values.
  void append_fragment(std::string& out) const;

  [[nodiscard]] const std::string& id() const noexcept { return spec_.id; }
  [[nodiscard]] const indicator::Spec& spec() const noexcept { return spec_; }
  [[nodiscard]] wire::Slot slot() const noexcept { return slot_; }
  [[nodiscard]] std::span<const double> current() const noexcept { return current_; }
  [[nodiscard]] const OutputSeries& rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const std::string_view> outputs() const noexcept { return outputs_; }
  /// Evaluations for live bars since the start of the computation, warm-up not counted: one per published update.
  [[nodiscard]] std::uint64_t evaluations() const noexcept { return evaluations_; }

  HubSet holders;
  /// When the computation ends, if nobody takes it up again; set while `holders` is empty.
  std::optional<base::MonoTime> ends_at;
  /// Operands of running conditions that read it; it does not end before they do.
  std::uint32_t readers = 0;

 private:
  indicator::Spec spec_;
  wire::Slot slot_;
  std::unique_ptr<indicator::Indicator> indicator_;
  std::span<const std::string_view> outputs_;
  OutputSeries rows_;
  std::vector<double> current_;
  std::uint64_t evaluations_ = 0;
};

}  // namespace subd::engine
