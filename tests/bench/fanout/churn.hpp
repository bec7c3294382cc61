#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fanout/client.hpp"
#include "fanout/ledger.hpp"
#include "fanout/plan.hpp"

namespace subd::bench {

/// Tabs that change their mind: each in its turn subscribes to one stream beside its own, or gives it up.
class Churn {
 public:
  /// `rate` are changes a second of each tab; 0: none.
  Churn(const Plan& plan, double rate, std::uint64_t seed);

  void begin(double now_us) { begun_us_ = now_us; }
  /// Sends the changes that are due.
  void send_due(Client& client, Ledger& ledger, double now_us);
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

 private:
  const Plan& plan_;
  double per_us_;
  double begun_us_ = 0;
  std::uint64_t state_;
  std::uint64_t changes_ = 0;
  std::vector<bool> holds_;            ///< by tab: the stream beside its own
  std::vector<std::uint16_t> stream_;  ///< by tab: which one
};

}  // namespace subd::bench
