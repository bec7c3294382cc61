#include "fanout/churn.hpp"

#include <fmt/format.h>

#include "fanout/dialect.hpp"
#include "fanout/frames.hpp"

namespace subd::bench {

Churn::Churn(const Plan& plan, double rate, std::uint64_t seed)
    : plan_{plan},
      per_us_{rate * static_cast<double>(plan.tabs.size()) / 1e6},
      state_{seed},
      holds_(plan.tabs.size()),
      stream_(plan.tabs.size()) {}

void Churn::send_due(Client& client, Ledger& ledger, double now_us) {
  const auto due = static_cast<std::uint64_t>((now_us - begun_us_) * per_us_);
  for (; changes_ < due; ++changes_) {
    const std::size_t tab = changes_ % plan_.tabs.size();
    std::string text;
    if (holds_[tab]) {
      text = fmt::format(R"({{"type":"unsubscribe","symbol":"{}","timeframe":"1s"}})", symbol_of(stream_[tab]));
    } else {
      // Not its own, and not the one that it has just given up: the answer to that may still be under way.
      const std::uint16_t own = plan_.tabs[tab].front().stream;
      do {
        stream_[tab] = static_cast<std::uint16_t>((stream_[tab] + 1) % plan_.streams);
      } while (stream_[tab] == own);
      const Take take{stream_[tab], draw_view(state_, 1, 6, 20), 0};
      ledger.add(tab, take);
      text = fmt::format(R"({{"type":"subscribe",{}}})", named_stream(take, true));
    }
    holds_[tab] = !holds_[tab];
    std::string frame;
    append_client_frame(frame, kText, text);
    client.subscribe(tab, frame);
  }
}

}  // namespace subd::bench
