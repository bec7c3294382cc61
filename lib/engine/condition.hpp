#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/computation.hpp"
#include "engine/expression.hpp"
#include "engine/hub_set.hpp"
#include "market/bar.hpp"
#include "wire/condition.hpp"

namespace subd::engine {

/// One running condition of one stream: the only one of its text, however many subscriptions have it.
///
/// Owner:      a ConditionSet.
/// Invariants: the computations that it reads outlive it: each counts it among its readers.
class Condition {
 public:
  /// REQUIRES: every indicator of the expression is among `computations`.
  Condition(Expression expression, wire::ConditionSlot slot,
            std::span<const std::unique_ptr<Computation>> computations);
  ~Condition();
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  /// Of the bar, the open interest (NaN: none) and the computations' current values.
  wire::ConditionState evaluate(const market::Bar& bar, double oi) noexcept;

  [[nodiscard]] const std::string& text() const noexcept { return expression_.text(); }
  [[nodiscard]] wire::ConditionSlot slot() const noexcept { return slot_; }

  HubSet holders;

 private:
  Expression expression_;
  wire::ConditionSlot slot_;
  std::vector<Computation*> sources_;  // by operand; null: a field of the bar
  bool held_before_ = false;
};

/// The running conditions of one stream, each evaluated once per published update.
///
/// Owner:      its Stream.
/// Invariants: texts differ, slots differ; a condition runs exactly while a hub holds it.
class ConditionSet {
 public:
  /// By canonical text; null when none runs.
  [[nodiscard]] Condition* find(std::string_view text) const noexcept;

  /// Starts one from the state of now, which counts as the update before its first. `bar` null: there is no state yet.
  /// REQUIRES: find(expression.text()) == nullptr.
  Condition& start(Expression expression, std::span<const std::unique_ptr<Computation>> computations,
                   const market::Bar* bar, double oi);

  /// Takes the hub off the condition, and ends it if that was the last.
  void release(HubId hub, std::string_view text);

  /// The states of one update, by slot; `out` stays empty when nothing runs.
  void evaluate(const market::Bar& bar, double oi, std::vector<wire::ConditionState>& out);

  [[nodiscard]] std::size_t size() const noexcept { return conditions_.size(); }
  /// Since the start of the stream: one per running condition and published update.
  [[nodiscard]] std::uint64_t evaluations() const noexcept { return evaluations_; }

 private:
  [[nodiscard]] wire::ConditionSlot free_slot() const noexcept;

  std::vector<std::unique_ptr<Condition>> conditions_;  // ascending slots
  std::uint64_t evaluations_ = 0;
};

}  // namespace subd::engine
