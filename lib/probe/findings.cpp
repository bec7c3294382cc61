#include "probe/findings.hpp"

#include <utility>

namespace subd::probe {

void Findings::checked(std::string_view rule, std::uint64_t times) {
  counts_[rule].checks += times;
}

void Findings::violated(std::string_view rule, std::string_view tab, std::string message, std::string_view frame) {
  Count& count = counts_[rule];
  if (++count.violations > kMaxKept) return;
  std::string beginning{frame.substr(0, kMaxFrameBytes)};
  if (frame.size() > kMaxFrameBytes) beginning += "...";
  kept_.push_back({rule, std::string{tab}, std::move(message), std::move(beginning)});
}

void Findings::note(std::string_view rule, std::string text) {
  counts_[rule].note = std::move(text);
}

std::uint64_t Findings::checks(std::string_view rule) const noexcept {
  const auto at = counts_.find(rule);
  return at == counts_.end() ? 0 : at->second.checks;
}

std::uint64_t Findings::count(std::string_view rule) const noexcept {
  const auto at = counts_.find(rule);
  return at == counts_.end() ? 0 : at->second.violations;
}

std::uint64_t Findings::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : counts_) sum += count.violations;
  return sum;
}

const std::string& Findings::note(std::string_view rule) const noexcept {
  static const std::string kNone;
  const auto at = counts_.find(rule);
  return at == counts_.end() ? kNone : at->second.note;
}

}  // namespace subd::probe
