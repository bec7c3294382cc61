#include "subctl/topic_order.hpp"

#include <algorithm>
#include <tuple>

#include "subctl/display.hpp"

namespace subd::subctl {

std::string_view topic_order_name(TopicOrder order) noexcept {
  switch (order) {
    case TopicOrder::Subscribers:
      return "subscribers";
    case TopicOrder::Rate:
      return "rate";
    case TopicOrder::Symbol:
      return "symbol";
  }
  return "symbol";
}

std::optional<TopicOrder> parse_topic_order(std::string_view name) noexcept {
  for (const TopicOrder order : {TopicOrder::Subscribers, TopicOrder::Rate, TopicOrder::Symbol}) {
    if (topic_order_name(order) == name) return order;
  }
  return std::nullopt;
}

void sort_topics(std::vector<Json>& topics, TopicOrder order) {
  const auto key = [order](const Json& topic) {
    double most = 0;
    if (order == TopicOrder::Subscribers) most = number_at(topic, "subscribers");
    if (order == TopicOrder::Rate) most = number_at(topic, "updates_per_second");
    return std::make_tuple(-most, text_at(topic, "symbol"), text_at(topic, "timeframe"), text_at(topic, "indicator"));
  };
  std::stable_sort(topics.begin(), topics.end(),
                   [&key](const Json& left, const Json& right) { return key(left) < key(right); });
}

}  // namespace subd::subctl
