#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "subctl/invocation.hpp"

namespace subd::subctl {

/// Largest first for subscribers and rate; what is equal is in the order of symbol, timeframe, indicator.
enum class TopicOrder : std::uint8_t { Subscribers, Rate, Symbol };

[[nodiscard]] std::string_view topic_order_name(TopicOrder order) noexcept;
[[nodiscard]] std::optional<TopicOrder> parse_topic_order(std::string_view name) noexcept;

void sort_topics(std::vector<Json>& topics, TopicOrder order);

}  // namespace subd::subctl
