#pragma once

#include "control/backend.hpp"
#include "daemon/analytics_commands.hpp"
#include "daemon/api_key_commands.hpp"
#include "daemon/bar_commands.hpp"
#include "daemon/instrument_commands.hpp"
#include "daemon/reloader.hpp"
#include "daemon/revocation_commands.hpp"
#include "daemon/service.hpp"
#include "daemon/signal_commands.hpp"
#include "session/directory.hpp"

namespace subd::daemon {

/// Answers the control socket by asking the owner threads.
///
/// Threads: the control thread.
class ControlBackend final : public control::Backend {
 public:
  ControlBackend(Service& service, std::shared_ptr<const std::string> catalogue, InstrumentCommands& instruments,
                 BarCommands& bars, ApiKeyCommands& api_keys, AnalyticsCommands& analytics, SignalCommands& signals,
                 RevocationCommands& revocations, Reloader& reloader) noexcept
      : service_{service},
        catalogue_{std::move(catalogue)},
        instruments_{instruments},
        bars_{bars},
        api_keys_{api_keys},
        analytics_{analytics},
        signals_{signals},
        revocations_{revocations},
        reloader_{reloader} {}

  [[nodiscard]] control::Reply<control::StatusReport> status() override;
  [[nodiscard]] control::Reply<std::vector<control::SessionReport>> sessions() override;
  [[nodiscard]] control::Reply<control::SessionReport> session(const std::string& id) override;
  [[nodiscard]] control::Reply<std::vector<control::ClosedSession>> closed_sessions() override;
  [[nodiscard]] control::Reply<std::vector<control::TopicReport>> topics() override;
  [[nodiscard]] control::Reply<std::vector<control::StreamReport>> streams() override;
  [[nodiscard]] control::Reply<control::UpstreamReport> upstream() override;
  [[nodiscard]] control::Reply<std::vector<control::ChannelReport>> channels() override;
  [[nodiscard]] control::Reply<std::string> metrics_text() override;
  [[nodiscard]] control::Reply<std::string> config_text() override;
  [[nodiscard]] control::Reply<std::string> indicator_catalogue_json() override;
  [[nodiscard]] control::Reply<std::string> log_level() override;
  [[nodiscard]] control::Reply<control::TokenVerdict> verify_token(const std::string& token) override;
  [[nodiscard]] control::Reply<control::InstrumentList> find_instruments(
      const control::InstrumentSearch& search) override;
  [[nodiscard]] control::Reply<control::InstrumentReport> instrument(const std::string& name) override;
  [[nodiscard]] control::Reply<std::vector<control::StoredStream>> stored_streams() override;
  [[nodiscard]] control::Reply<std::string> export_bars(const control::BarExport& wanted) override;
  [[nodiscard]] control::Reply<std::vector<control::ApiKeyReport>> api_keys() override;
  [[nodiscard]] control::Reply<std::vector<control::UserReport>> users() override;
  [[nodiscard]] control::Reply<std::vector<control::SignalReport>> signals(
      const control::SignalSearch& search) override;
  [[nodiscard]] control::Reply<std::vector<control::RevocationReport>> revocations() override;
  [[nodiscard]] control::Reply<control::UsageTop> usage_top(const control::UsageQuery& query) override;
  [[nodiscard]] control::Reply<control::UsageTrend> usage_trend(const control::UsageQuery& query) override;

  [[nodiscard]] control::Reply<control::InstrumentImportReport> import_instruments(std::string_view csv) override;
  [[nodiscard]] control::Reply<control::BarImportReport> import_bars(const control::BarStream& stream,
                                                                     std::string_view csv) override;
  [[nodiscard]] control::Reply<control::BarImportReport> backfill_bars(const std::string& symbol,
                                                                       const std::string& timeframe,
                                                                       std::optional<base::UtcTime> from) override;
  [[nodiscard]] control::Reply<void> close_session(const std::string& id, const std::string& reason) override;
  [[nodiscard]] control::Reply<std::vector<control::StreamSubscription>> add_subscription(
      const std::string& id, const control::StreamSubscription& stream, std::size_t history) override;
  [[nodiscard]] control::Reply<std::vector<control::StreamSubscription>> remove_subscription(
      const std::string& id, const control::StreamSubscription& stream) override;
  [[nodiscard]] control::Reply<control::IssuedToken> issue_token(const control::TokenRequest& request) override;
  [[nodiscard]] control::Reply<control::RevocationReport> revoke_tokens(
      const control::RevocationRequest& request) override;
  [[nodiscard]] control::Reply<control::UserReport> set_tier(const std::string& user, const std::string& tier) override;
  [[nodiscard]] control::Reply<control::NewApiKey> add_api_key(const control::ApiKeyRequest& request) override;
  [[nodiscard]] control::Reply<control::ApiKeyReport> remove_api_key(const std::string& id) override;
  [[nodiscard]] control::Reply<std::string> set_log_level(const std::string& level) override;
  [[nodiscard]] control::Reply<control::ReloadReport> reload() override;
  [[nodiscard]] control::Reply<control::DrainReport> drain(std::chrono::milliseconds over) override;

 private:
  [[nodiscard]] control::Reply<ScrapeFacts> facts();
  [[nodiscard]] control::Reply<void> close_rest_session(const std::string& id);

  Service& service_;
  std::shared_ptr<const std::string> catalogue_;
  InstrumentCommands& instruments_;
  BarCommands& bars_;
  ApiKeyCommands& api_keys_;
  AnalyticsCommands& analytics_;
  SignalCommands& signals_;
  RevocationCommands& revocations_;
  Reloader& reloader_;
};

}  // namespace subd::daemon
