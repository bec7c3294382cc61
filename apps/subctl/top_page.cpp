#include "subctl/top_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "subctl/display.hpp"
#include "subctl/table.hpp"

namespace subd::subctl {
namespace {

using Lines = std::vector<std::string>;

// Growth per second of a counter; nullopt without an earlier sample, or when the counter began again.
std::optional<double> rate(double now, double before, const TopSample& sample, const TopSample* earlier) {
  if (earlier == nullptr || now < before) return std::nullopt;
  const std::chrono::duration<double> elapsed = sample.mono - earlier->mono;
  return elapsed.count() > 0 ? std::optional<double>{(now - before) / elapsed.count()} : std::nullopt;
}

std::string rate_display(std::optional<double> per_second) {
  return per_second ? fmt::format("{:.1f}", *per_second) : "-";
}

Lines totals(const TopSample& now, const TopSample* before, const TopView& view) {
  const Json& status = now.status;
  const Json& feed = object_at(status, "feed");
  const Json& delivery = object_at(status, "delivery");
  static const Json kNone = Json::object();
  const Json& earlier = before == nullptr ? kNone : object_at(before->status, "delivery");
  const auto sent = rate(number_at(delivery, "sent"), number_at(earlier, "sent"), now, before);
  const auto bytes = rate(number_at(delivery, "sent_bytes"), number_at(earlier, "sent_bytes"), now, before);
  const std::chrono::milliseconds uptime{static_cast<std::int64_t>(number_at(status, "uptime_ms"))};
  Lines lines;
  lines.push_back(fmt::format("subd {}  pid {}  up {}  feed {} {}{}", text_at(status, "version"),
                              text_at(status, "pid"), duration_display(uptime), text_at(feed, "kind"),
                              text_at(feed, "state"), status.value("draining", false) ? "  draining" : ""));
  lines.push_back(fmt::format("sessions {}  users {}  streams {}  topics {}  sent/s {}  bytes/s {}",
                              text_at(status, "sessions"), text_at(status, "users"), text_at(status, "streams"),
                              text_at(status, "topics"), rate_display(sent), bytes ? bytes_display(*bytes) : "-"));
  lines.push_back(fmt::format("sent {}  conflated {}  dropped {}  evicted {}", text_at(delivery, "sent"),
                              text_at(delivery, "conflated"), text_at(delivery, "dropped"),
                              text_at(delivery, "evicted")));
  lines.push_back(view.trouble);
  return lines;
}

Table topics_table(const TopSample& now, const TopView& view) {
  Table table{{{"SYMBOL"},
               {"TIMEFRAME"},
               {"INDICATOR"},
               {"SUBS", Align::Right},
               {"COMP", Align::Right},
               {"RATE/S", Align::Right},
               {"UPDATED"},
               {"LAST VALUE"}}};
  std::vector<Json> topics = list_at(now.topics, "topics").get<std::vector<Json>>();
  sort_topics(topics, view.order);
  for (const Json& topic : topics) {
    table.add({text_at(topic, "symbol"), text_at(topic, "timeframe"), text_at(topic, "indicator"),
               text_at(topic, "subscribers"), text_at(topic, "computations"), text_at(topic, "updates_per_second"),
               age_at(topic, "last_update", now.at), value_display(topic.value("last_value", Json()))});
  }
  return table;
}

struct SessionRow {
  const Json* session;
  std::optional<double> sent_per_second;
};

std::vector<SessionRow> session_rows(const TopSample& now, const TopSample* before, TopicOrder order) {
  std::map<std::string, double> sent_before;
  if (before != nullptr) {
    for (const Json& session : list_at(before->sessions, "sessions")) {
      sent_before[text_at(session, "id")] = number_at(session, "sent");
    }
  }
  std::vector<SessionRow> rows;
  for (const Json& session : list_at(now.sessions, "sessions")) {
    const auto earlier = sent_before.find(text_at(session, "id"));
    const bool known = earlier != sent_before.end();
    rows.push_back({&session, known ? rate(number_at(session, "sent"), earlier->second, now, before) : std::nullopt});
  }
  const auto key = [order](const SessionRow& row) {
    double most = 0;
    if (order == TopicOrder::Subscribers) most = static_cast<double>(list_at(*row.session, "streams").size());
    if (order == TopicOrder::Rate) most = row.sent_per_second.value_or(0);
    return std::make_tuple(-most, text_at(*row.session, "user"), text_at(*row.session, "id"));
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&key](const SessionRow& left, const SessionRow& right) { return key(left) < key(right); });
  return rows;
}

Table sessions_table(const TopSample& now, const TopSample* before, const TopView& view) {
  Table table{{{"SESSION"},
               {"USER"},
               {"CLAIM"},
               {"ADDRESS"},
               {"STREAMS", Align::Right},
               {"SENT/S", Align::Right},
               {"QUEUE", Align::Right},
               {"CONFLATED", Align::Right},
               {"DROPPED", Align::Right},
               {"HEARTBEAT"}}};
  for (const SessionRow& row : session_rows(now, before, view.order)) {
    const Json& session = *row.session;
    table.add({text_at(session, "id"), text_at(session, "user"), text_at(session, "session"),
               text_at(session, "address"), std::to_string(list_at(session, "streams").size()),
               rate_display(row.sent_per_second), text_at(session, "queue_messages"), text_at(session, "conflated"),
               text_at(session, "dropped"), age_at(session, "last_heartbeat", now.at)});
  }
  return table;
}

void append(Lines& page, const Lines& lines, std::size_t limit) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, lines.size()));
  page.insert(page.end(), lines.begin(), lines.begin() + count);
}

}  // namespace

std::vector<std::string> top_page(const TopSample& now, const TopSample* before, const TopView& view) {
  Lines page = totals(now, before, view);
  const Lines topics = topics_table(now, view).lines();
  const Lines sessions = sessions_table(now, before, view).lines();
  if (!view.size) {
    append(page, topics, topics.size());
    page.emplace_back();
    append(page, sessions, sessions.size());
    return page;
  }
  // Below the totals each table gets half of what is left, and what the other one does not need; the last line is the
  // help.
  constexpr std::size_t kGapAndHelp = 2;
  const std::size_t rows = view.size->rows;
  const std::size_t left = rows > page.size() + kGapAndHelp ? rows - page.size() - kGapAndHelp : 0;
  const std::size_t topics_share = std::max(left / 2, left - std::min(left, sessions.size()));
  const std::size_t topics_rows = std::min(topics.size(), topics_share);
  append(page, topics, topics_rows);
  page.emplace_back();
  append(page, sessions, left - topics_rows);
  page.resize(std::max<std::size_t>(rows, 1) - 1);
  if (rows > 0) page.push_back(fmt::format("q quit  o order: {}", topic_order_name(view.order)));
  for (std::string& line : page) line = clipped(line, view.size->columns);
  return page;
}

}  // namespace subd::subctl
