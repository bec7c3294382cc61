#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "subctl/invocation.hpp"
#include "subctl/terminal.hpp"
#include "subctl/topic_order.hpp"

namespace subd::subctl {

/// What the daemon said at one moment.
struct TopSample {
  Json status;
  Json sessions;  ///< `{"sessions":[..]}`
  Json topics;    ///< `{"topics":[..]}`
  base::UtcTime at{};
  base::MonoTime mono{};
};

struct TopView {
  TopicOrder order = TopicOrder::Subscribers;
  std::optional<TerminalSize> size;  ///< lines and columns to keep within; none = everything
  std::string trouble;               ///< why there is no newer sample; empty = all is well
};

/// One page of `subctl top`: totals, topics, sessions. `before` gives the rates of sending; without it they read `-`.
/// Sessions are in the order of what `view.order` means for them: streams, messages per second, user.
[[nodiscard]] std::vector<std::string> top_page(const TopSample& now, const TopSample* before, const TopView& view);

}  // namespace subd::subctl
