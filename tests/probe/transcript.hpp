#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.hpp"
#include "probe/oracle.hpp"

namespace subd::test {

/// Plays an honest server of one stream (NIFTY50 1s) against an oracle, message by message, so that a test can leave
/// one out, change one or send one to the wrong tab.
class Transcript {
 public:
  explicit Transcript(probe::OracleOptions options = {}) : oracle{options} {}

  static constexpr std::string_view kSymbol = "NIFTY50";
  static constexpr std::string_view kTimeframe = "1s";

  probe::TabId connect(const std::string& name, const std::string& user = "alice@example.com") {
    const probe::TabId tab = oracle.add_tab({name, user, ""});
    receive(tab, connected(tab, user));
    return tab;
  }

  std::string connected(probe::TabId tab, const std::string& user) const {
    return fmt::format(R"({{"type":"connected","protocol":1,"ws_conn_id":"{}","user_id":"{}","session_id":null}})",
                       connection_id(tab), user);
  }

  static std::string connection_id(probe::TabId tab) { return fmt::format("ws_{:012x}", tab + 0xabc); }

  std::uint64_t ask_subscribe(probe::TabId tab, std::vector<std::string> indicators, std::uint32_t history = 0,
                              std::optional<std::string> when = std::nullopt) {
    probe::Request request;
    request.kind = probe::RequestKind::Subscribe;
    request.id = ++request_;
    request.symbol = kSymbol;
    request.timeframe = kTimeframe;
    request.indicators = std::move(indicators);
    request.history = history;
    request.when = std::move(when);
    oracle.sent(tab, request, now);
    return request_;
  }

  std::uint64_t ask_unsubscribe(probe::TabId tab, std::optional<std::vector<std::string>> indicators = std::nullopt) {
    probe::Request request;
    request.kind = probe::RequestKind::Unsubscribe;
    request.id = ++request_;
    request.symbol = kSymbol;
    request.timeframe = kTimeframe;
    request.indicators = std::move(indicators);
    oracle.sent(tab, request, now);
    return request_;
  }

  std::uint64_t ask(probe::TabId tab, probe::RequestKind kind) {
    probe::Request request;
    request.kind = kind;
    request.id = ++request_;
    oracle.sent(tab, request, now);
    return request_;
  }

  /// `set` is everything in force afterwards; an empty one is "no stream".
  static std::string reply(std::string_view type, probe::TabId tab, std::uint64_t id,
                           const std::vector<std::string>& set, bool stream_in_force = true) {
    const std::string ids = list(set);
    const std::string streams =
        stream_in_force ? fmt::format(R"({{"symbol":"NIFTY50","timeframe":"1s","indicators":[{}]}})", ids) : "";
    return fmt::format(
        R"({{"type":"{}","id":{},"ws_conn_id":"{}","symbol":"NIFTY50","timeframe":"1s","indicators":[{}],"streams":[{}]}})",
        type, id, connection_id(tab), ids, streams);
  }

  std::string snapshot(const std::vector<std::string>& indicators) const {
    return fmt::format(
        R"({{"type":"snapshot","symbol":"NIFTY50","timeframe":"1s","epoch":"e1","seq":{},"ohlcv":{},"greeks":null,"oi":null,"indicators":{{{}}},"bars":[]}})",
        seq, ohlcv(), values(indicators));
  }

  /// The next update of the stream, as this tab is to get it.
  std::string update(bool closed, const std::vector<std::string>& indicators) const {
    return fmt::format(
        R"({{"type":"market_update","symbol":"NIFTY50","timeframe":"1s","epoch":"e1","seq":{},"bar":"{}","timestamp":"2025-11-04T10:35:00.000Z","ohlcv":{},"greeks":null,"oi":null,"indicators":{{{}}}}})",
        seq, closed ? "closed" : "forming", ohlcv(), values(indicators));
  }

  /// Subscribes, with the reply and the snapshot.
  void subscribe(probe::TabId tab, const std::vector<std::string>& indicators,
                 std::optional<std::string> when = std::nullopt) {
    const auto id = ask_subscribe(tab, indicators, 0, std::move(when));
    receive(tab, reply("subscribed", tab, id, indicators));
    receive(tab, snapshot(indicators));
    views[tab] = indicators;
  }

  /// Publishes the next update to every subscribed tab but `except`.
  void publish(bool closed, std::vector<probe::TabId> except = {}) {
    ++seq;
    for (const auto& [tab, view] : views) {
      bool left_out = false;
      for (const auto one : except) left_out |= one == tab;
      if (!left_out) receive(tab, update(closed, view));
    }
    if (closed) bar_start += std::chrono::seconds{1};
  }

  /// One second of market: two forming updates and the closed bar.
  void second(std::vector<probe::TabId> except_closed = {}) {
    publish(false);
    publish(false);
    publish(true, std::move(except_closed));
    pass(std::chrono::seconds{1});
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    oracle.settle(now);
  }

  /// Lets everything settle and judges what is left.
  const probe::Findings& finish() {
    now += std::chrono::seconds{2};
    oracle.settle(now);
    oracle.finish(now);
    return oracle.findings();
  }

  void receive(probe::TabId tab, const std::string& text) { oracle.received(tab, text, now); }

  probe::Oracle oracle;
  base::MonoTime now{std::chrono::seconds{1000}};
  std::uint64_t seq = 10;
  base::UtcTime bar_start{std::chrono::milliseconds{1'762'252'500'000}};
  double shift = 0;  ///< added to every value: a server that says something else
  std::map<probe::TabId, std::vector<std::string>> views;

 private:
  static std::string list(const std::vector<std::string>& ids) {
    std::string out;
    for (const auto& id : ids) out += fmt::format("{}\"{}\"", out.empty() ? "" : ",", id);
    return out;
  }

  std::string values(const std::vector<std::string>& ids) const {
    std::string out;
    for (const auto& id : ids)
      out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", id, 50.5 + shift + double(seq));
    return out;
  }

  std::string ohlcv() const {
    return fmt::format(R"({{"time":"{}","open":1,"high":2,"low":0.5,"close":1.5,"volume":{}}})",
                       base::time_text(bar_start), seq);
  }

  std::uint64_t request_ = 0;
};

}  // namespace subd::test
