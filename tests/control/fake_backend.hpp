#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/time_text.hpp"
#include "control/backend.hpp"

namespace subd::test {

/// A daemon of two sessions, as the control plane sees one. Its figures are fixed, so that answers can be compared;
/// writes change it as they would change the daemon.
class FakeBackend final : public control::Backend {
 public:
  FakeBackend() {
    sessions_ = {session("ws_aaaaaaaaaaaa", "alice@example.com", "tab1"),
                 session("ws_bbbbbbbbbbbb", "bob@example.com", "")};
    sessions_[0].streams = {{"NIFTY50", "5min", {"RSI_14_100", "MACD_12_26_9"}}};
    sessions_[0].last_heartbeat = start() + std::chrono::seconds{40};
    sessions_[0].user_agent = "Firefox";
    sessions_[0].queue_messages = 2;
    sessions_[0].queue_bytes = 1500;
    sessions_[0].sent = 1200;
    sessions_[0].sent_bytes = 480'000;
    sessions_[0].conflated = 7;
    sessions_[1].streams = {{"NIFTY50", "5min", {"RSI_14_100"}}, {"RELIANCE", "1min", {}}};
    sessions_[1].ticks = {{738561, "RELIANCE", "full", std::chrono::milliseconds{250}}};
    sessions_[1].io_thread = 1;
  }

  static base::UtcTime start() { return *base::parse_time("2025-11-04T10:35:00.000Z"); }

  /// Every following call answers this, until it is cleared.
  std::optional<control::ControlError> failure;

  control::Reply<control::StatusReport> status() override {
    if (failure) return *failure;
    control::StatusReport report;
    report.version = "0.1.0";
    report.pid = 4711;
    report.started_at = start();
    report.uptime = std::chrono::milliseconds{93'784'000};
    report.listen = {"127.0.0.1:8081"};
    report.tls = {"0.0.0.0:8443", "CN=example.com", start()};
    report.feed = {"sim", "sim:seed=1", "live", start(), false, 19, {1, 2, 3, 9, 4, 5}, 123'456, 0, 0};
    report.io_threads = 2;
    report.sessions = sessions_.size();
    report.users = 2;
    report.streams = 2;
    report.topics = 2;
    report.delivery = {1200, 480'000, 7, 0, 1};
    report.connections = {3, {{"unauthorized", 2}}};
    report.store = {"working", 640, 2, 0, 1};
    report.state_dir = "/var/lib/subd";
    report.control_socket = "/run/subd/control.sock";
    report.log_level = level_;
    return report;
  }

  control::Reply<std::vector<control::SessionReport>> sessions() override {
    if (failure) return *failure;
    return sessions_;
  }

  control::Reply<control::SessionReport> session(const std::string& id) override {
    if (failure) return *failure;
    const auto found = find(id);
    if (found == sessions_.end()) return no_such_session(id);
    return *found;
  }

  control::Reply<std::vector<control::ClosedSession>> closed_sessions() override {
    if (failure) return *failure;
    return closed_;
  }

  control::Reply<std::vector<control::TopicReport>> topics() override {
    if (failure) return *failure;
    std::vector<control::TopicReport> topics(2);
    topics[0] = {"NIFTY50", "5min", "MACD_12_26_9", 1, 1, 300, {{"MACD", 12.5}, {"MACDh", std::nullopt}}, start(), 0.5};
    topics[1] = {"NIFTY50", "5min", "RSI_14_100", 2, 1, 300, {{"", 67.3}}, start(), 2.0};
    return topics;
  }

  control::Reply<std::vector<control::StreamReport>> streams() override {
    if (failure) return *failure;
    std::vector<control::StreamReport> streams(2);
    streams[0] = {"NIFTY50", "5min", "k3f9", 812, 2, 2, 1, 640, 5000, start(), "live", 2.0};
    streams[1] = {"RELIANCE", "1min", "k3f9", 99, 1, 0, 0, 0, 200, std::nullopt, "stale", 0.0};
    return streams;
  }

  control::Reply<control::UpstreamReport> upstream() override {
    if (failure) return *failure;
    control::UpstreamReport report;
    report.kind = "kite";
    report.state = "stale";
    report.since = start();
    report.capacity = 6000;
    report.tokens = 3100;
    report.waiting_tokens = 100;
    report.orders = 1;
    report.history_requests = 5;
    report.links.resize(2);
    report.links[0] = {"live", start(), "", 3000, {0, 1000, 2000}, start(), 52'000, 0, 0, 0, 7};
    report.links[1] = {"refused", start(), "HTTP 403", 0, {}, std::nullopt, 0, 2, 1, 3, 0};
    return report;
  }

  control::Reply<std::vector<control::ChannelReport>> channels() override {
    if (failure) return *failure;
    return std::vector<control::ChannelReport>{{"market", 3, 120, start(), 2048, 360, 7},
                                               {"index", 0, 0, std::nullopt, 0, 0, 0}};
  }

  control::Reply<std::string> metrics_text() override {
    if (failure) return *failure;
    return std::string{"# TYPE subd_sessions gauge\nsubd_sessions 2\n"};
  }

  control::Reply<std::string> config_text() override {
    if (failure) return *failure;
    return std::string{"[server]\nlisten = \"127.0.0.1:8081\"\n"};
  }

  control::Reply<std::string> indicator_catalogue_json() override {
    if (failure) return *failure;
    return std::string{
        R"([{"name":"MACD","title":"Moving average convergence/divergence","description":"Two averages.",)"
        R"("source":"TA-Lib","parameters":[],"outputs":["MACD","MACDh","MACDs"],)"
        R"("default_id":"MACD_12_26_9","warm_up":33},)"
        R"({"name":"RSI","title":"Relative strength index","description":"Gains against losses.","source":"TA-Lib",)"
        R"("parameters":[{"name":"length","type":"integer","default":14,"minimum":2,"maximum":1000,"choices":[],)"
        R"("description":"bars"},{"name":"anchor","type":"choice","default":"D","minimum":null,"maximum":null,)"
        R"("choices":["D","W"],"description":"where it begins"}],"outputs":[],"default_id":"RSI_14_100","warm_up":14}])"};
  }

  control::Reply<std::string> log_level() override {
    if (failure) return *failure;
    return level_;
  }

  control::Reply<control::TokenVerdict> verify_token(const std::string& token) override {
    if (failure) return *failure;
    control::TokenVerdict verdict;
    verdict.valid = token == "good.token.here";
    verdict.code = verdict.valid ? "ok" : "expired";
    verdict.explanation = verdict.valid ? "the token is valid" : "the token expired at 2025-11-04T10:35:00.000Z";
    verdict.algorithm = "HS256";
    verdict.user = "alice@example.com";
    verdict.session = "tab1";
    verdict.expires_at = start();
    return verdict;
  }

  control::Reply<control::InstrumentList> find_instruments(const control::InstrumentSearch& search) override {
    if (failure) return *failure;
    last_search = search;
    control::InstrumentList list{{}, 2, 1, start()};
    for (const control::InstrumentReport& one : {reliance(), option()}) {
      if (one.symbol.find(search.text) != std::string::npos) list.instruments.push_back(one);
    }
    return list;
  }

  control::Reply<control::InstrumentReport> instrument(const std::string& name) override {
    if (failure) return *failure;
    for (const control::InstrumentReport& one : {reliance(), option()}) {
      if (one.symbol == name || one.exchange + ":" + one.symbol == name) return one;
    }
    return control::not_found("unknown_symbol", "no symbol \"" + name + "\"; did you mean RELIANCE?");
  }

  control::Reply<std::vector<control::StoredStream>> stored_streams() override {
    if (failure) return *failure;
    return std::vector<control::StoredStream>{
        {{"RELIANCE", "1min", "sim:seed=1"}, 375, start(), start() + std::chrono::hours{6}, 2}};
  }

  control::Reply<std::string> export_bars(const control::BarExport& wanted) override {
    if (failure) return *failure;
    if (wanted.stream.symbol != "RELIANCE") return control::not_found("no_bars", "no bars of " + wanted.stream.symbol);
    last_export = wanted;
    std::string csv = "timestamp,open,high,low,close,volume,oi\n";
    // Five bars, a minute apart.
    for (int i = 0; i < 5; ++i) {
      const base::UtcTime time = start() + std::chrono::minutes{i};
      if ((wanted.from && time < *wanted.from) || (wanted.to && time >= *wanted.to)) continue;
      if (wanted.limit != 0 && static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) > wanted.limit) break;
      csv += base::time_text(time) + ",1,2,0.5,1.5,100,\n";
    }
    return csv;
  }

  control::Reply<control::InstrumentImportReport> import_instruments(std::string_view csv) override {
    if (failure) return *failure;
    if (csv.empty()) return control::ControlError{400, "bad_file", "there is no header"};
    last_file = csv;
    return control::InstrumentImportReport{2, 1, {{3, "strike must be a number, got 'x'"}}, start()};
  }

  control::Reply<control::BarImportReport> import_bars(const control::BarStream& stream,
                                                       std::string_view csv) override {
    if (failure) return *failure;
    if (csv.empty()) return control::ControlError{400, "bad_file", "there is no header"};
    last_file = csv;
    return control::BarImportReport{{stream.symbol, stream.timeframe, "sim:seed=1"}, 3, 0, {}, start(), start()};
  }

  control::Reply<control::BarImportReport> backfill_bars(const std::string& symbol, const std::string& timeframe,
                                                         std::optional<base::UtcTime> from) override {
    if (failure) return *failure;
    if (symbol != "RELIANCE") return control::not_found("no_history", "the feed has no history of " + symbol);
    return control::BarImportReport{{symbol, timeframe, "sim:seed=1"}, 200, 0, {}, from ? *from : start(), start()};
  }

  control::Reply<void> close_session(const std::string& id, const std::string& reason) override {
    if (failure) return *failure;
    const auto found = find(id);
    if (found == sessions_.end()) return no_such_session(id);
    closed_.insert(closed_.begin(), {found->id, found->user, found->address, start(), 4006, reason});
    sessions_.erase(found);
    return {};
  }

  control::Reply<std::vector<control::StreamSubscription>> add_subscription(const std::string& id,
                                                                            const control::StreamSubscription& stream,
                                                                            std::size_t history) override {
    if (failure) return *failure;
    const auto found = find(id);
    if (found == sessions_.end()) return no_such_session(id);
    if (stream.symbol == "NOPE") return control::ControlError{400, "unknown_symbol", "no symbol NOPE"};
    last_history = history;
    found->streams.push_back(stream);
    return found->streams;
  }

  control::Reply<std::vector<control::StreamSubscription>> remove_subscription(
      const std::string& id, const control::StreamSubscription& stream) override {
    if (failure) return *failure;
    const auto found = find(id);
    if (found == sessions_.end()) return no_such_session(id);
    auto& streams = found->streams;
    const auto matches = [&stream](const control::StreamSubscription& held) {
      return held.symbol == stream.symbol && held.timeframe == stream.timeframe;
    };
    if (std::none_of(streams.begin(), streams.end(), matches)) {
      return control::ControlError{400, "not_subscribed", "not subscribed to " + stream.symbol};
    }
    streams.erase(std::remove_if(streams.begin(), streams.end(), matches), streams.end());
    return streams;
  }

  control::Reply<control::IssuedToken> issue_token(const control::TokenRequest& request) override {
    if (failure) return *failure;
    last_token_request = request;
    return control::IssuedToken{"header.claims.signature", start() + request.ttl};
  }

  control::Reply<std::vector<control::ApiKeyReport>> api_keys() override {
    if (failure) return *failure;
    return std::vector{publisher()};
  }

  control::Reply<std::vector<control::UserReport>> users() override {
    if (failure) return *failure;
    return std::vector<control::UserReport>{{"alice@example.com", tier_, start()}};
  }

  control::Reply<control::UserReport> set_tier(const std::string& user, const std::string& tier) override {
    if (failure) return *failure;
    if (tier == "gold") return control::bad_request("field tier: there is no tier gold");
    tier_ = tier;
    return control::UserReport{user, tier, start()};
  }

  control::Reply<std::vector<control::SignalReport>> signals(const control::SignalSearch& search) override {
    if (failure) return *failure;
    last_signal_search = search;
    return std::vector<control::SignalReport>{
        {"sig_1", true, start(), R"({"type":"signal","id":"sig_1","premium":true})"}};
  }

  control::Reply<std::vector<control::RevocationReport>> revocations() override {
    if (failure) return *failure;
    return revocations_;
  }

  control::Reply<control::RevocationReport> revoke_tokens(const control::RevocationRequest& request) override {
    if (failure) return *failure;
    revocations_.push_back({request.by, request.value, start()});
    return revocations_.back();
  }

  control::Reply<control::UsageTop> usage_top(const control::UsageQuery& query) override {
    if (failure) return *failure;
    last_usage_query = query;
    return control::UsageTop{query.by, start(), {{"NIFTY50", 12, 3}}};
  }

  control::Reply<control::UsageTrend> usage_trend(const control::UsageQuery& query) override {
    if (failure) return *failure;
    last_usage_query = query;
    return control::UsageTrend{query.by, start(), {{start(), 12, 3, "NIFTY50"}}};
  }

  control::Reply<control::NewApiKey> add_api_key(const control::ApiKeyRequest& request) override {
    if (failure) return *failure;
    last_api_key_request = request;
    return control::NewApiKey{"subd_secret", publisher()};
  }

  control::Reply<control::ApiKeyReport> remove_api_key(const std::string& id) override {
    if (failure) return *failure;
    if (id != publisher().id) return control::not_found("no_such_key", "no API key " + id);
    return publisher();
  }

  control::Reply<std::string> set_log_level(const std::string& level) override {
    if (failure) return *failure;
    if (level != "info" && level != "debug") return control::bad_request("field level: \"" + level + "\" is no level");
    level_ = level;
    return level_;
  }

  control::Reply<control::ReloadReport> reload() override {
    if (failure) return *failure;
    return control::ReloadReport{{"log.level", "tls.certificate"},
                                 {"server.listen"},
                                 control::TlsStatus{"0.0.0.0:8443", "CN=example.com", start()}};
  }

  control::Reply<control::DrainReport> drain(std::chrono::milliseconds over) override {
    if (failure) return *failure;
    return control::DrainReport{sessions_.size(), over};
  }

  control::InstrumentSearch last_search;
  control::BarExport last_export;
  std::string last_file;
  std::size_t last_history = 0;
  control::TokenRequest last_token_request;
  control::ApiKeyRequest last_api_key_request;
  control::UsageQuery last_usage_query;
  control::SignalSearch last_signal_search;

 private:
  static control::ApiKeyReport publisher() { return {"0a1b2c3d4e5f", "feeder@example.com", "publisher", "", start()}; }

  static control::InstrumentReport reliance() {
    control::InstrumentReport report;
    report.symbol = "RELIANCE";
    report.name = "RELIANCE INDUSTRIES";
    report.exchange = report.segment = "NSE";
    report.type = "equity";
    report.token = 738561;
    report.lot_size = 1;
    report.tick_size = 0.1;
    report.served = true;
    return report;
  }

  static control::InstrumentReport option() {
    control::InstrumentReport report;
    report.symbol = "NIFTY25NOV24500CE";
    report.exchange = "NFO";
    report.segment = "NFO-OPT";
    report.type = "call";
    report.token = 12073986;
    report.underlying = "NIFTY50";
    report.strike = 24500;
    report.expiry = "2025-11-27";
    report.lot_size = 75;
    report.tick_size = 0.05;
    report.aliases = {"NIFTY CALL"};
    return report;
  }

  static control::SessionReport session(const char* id, const char* user, const char* claim) {
    control::SessionReport report;
    report.id = id;
    report.kind = "indicators";
    report.user = user;
    report.session_claim = claim;
    report.address = "127.0.0.1:53124";
    report.since = start();
    return report;
  }

  static control::ControlError no_such_session(const std::string& id) {
    return control::not_found("no_such_session", "no session " + id);
  }

  std::vector<control::SessionReport>::iterator find(const std::string& id) {
    return std::find_if(sessions_.begin(), sessions_.end(),
                        [&id](const control::SessionReport& report) { return report.id == id; });
  }

  std::vector<control::SessionReport> sessions_;
  std::vector<control::ClosedSession> closed_;
  std::vector<control::RevocationReport> revocations_;
  std::string tier_ = "STARTER";
  std::string level_ = "info";
};

}  // namespace subd::test
