#include "engine/condition.hpp"

#include <algorithm>
#include <utility>

namespace subd::engine {
namespace {

double field_of(const market::Bar& bar, double oi, BarField field) noexcept {
  switch (field) {
    case BarField::Open:
      return bar.open;
    case BarField::High:
      return bar.high;
    case BarField::Low:
      return bar.low;
    case BarField::Volume:
      return bar.volume;
    case BarField::OpenInterest:
      return oi;
    case BarField::Close:
      break;
  }
  return bar.close;
}

}  // namespace

Condition::Condition(Expression expression, wire::ConditionSlot slot,
                     std::span<const std::unique_ptr<Computation>> computations)
    : expression_{std::move(expression)}, slot_{slot} {
  for (const Operand& operand : expression_.operands()) {
    const auto source = std::find_if(computations.begin(), computations.end(),
                                     [&](const auto& computation) { return computation->id() == operand.indicator; });
    sources_.push_back(source != computations.end() ? source->get() : nullptr);
    if (sources_.back() != nullptr) ++sources_.back()->readers;
  }
}

Condition::~Condition() {
  for (Computation* source : sources_) {
    if (source != nullptr) --source->readers;
  }
}

wire::ConditionState Condition::evaluate(const market::Bar& bar, double oi) noexcept {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Operand& operand = expression_.operands()[i];
    const Computation* source = sources_[i];
    expression_.set(i, source != nullptr ? source->current()[operand.output] : field_of(bar, oi, operand.field));
  }
  const bool rises = !std::exchange(held_before_, expression_.holds());
  if (!held_before_) return wire::ConditionState::False;
  return rises ? wire::ConditionState::Rises : wire::ConditionState::Holds;
}

Condition* ConditionSet::find(std::string_view text) const noexcept {
  const auto it = std::find_if(conditions_.begin(), conditions_.end(),
                               [text](const auto& condition) { return condition->text() == text; });
  return it != conditions_.end() ? it->get() : nullptr;
}

wire::ConditionSlot ConditionSet::free_slot() const noexcept {
  wire::ConditionSlot slot = 0;
  for (const auto& condition : conditions_) {
    if (condition->slot() != slot) break;
    ++slot;
  }
  return slot;
}

Condition& ConditionSet::start(Expression expression, std::span<const std::unique_ptr<Computation>> computations,
                               const market::Bar* bar, double oi) {
  const wire::ConditionSlot slot = free_slot();
  auto condition = std::make_unique<Condition>(std::move(expression), slot, computations);
  if (bar != nullptr) condition->evaluate(*bar, oi);
  return **conditions_.insert(conditions_.begin() + slot, std::move(condition));
}

void ConditionSet::release(HubId hub, std::string_view text) {
  Condition* condition = find(text);
  if (condition == nullptr) return;
  condition->holders.reset(hub);
  if (condition->holders.any()) return;
  std::erase_if(conditions_, [condition](const auto& other) { return other.get() == condition; });
}

void ConditionSet::evaluate(const market::Bar& bar, double oi, std::vector<wire::ConditionState>& out) {
  if (conditions_.empty()) return;
  out.resize(std::size_t{conditions_.back()->slot()} + 1);
  for (const auto& condition : conditions_) out[condition->slot()] = condition->evaluate(bar, oi);
  evaluations_ += conditions_.size();
}

}  // namespace subd::engine
