#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ingest_service.hpp"
#include "daemon/service.hpp"
#include "daemon/signal_service.hpp"
#include "server/http_backend.hpp"

namespace subd::daemon {

/// What the HTTP endpoints show of the daemon.
///
/// Threads: as server::HttpBackend, any io thread.
class HttpService final : public server::HttpBackend {
 public:
  HttpService(Service& service, std::shared_ptr<const std::string> catalogue, IngestService& ingest,
              SignalService& signals)
      : service_{service},
        ingest_{ingest},
        signals_{signals},
        facts_{service.version, service.config.feed.source.text(), service.started_at},
        catalogue_{std::move(catalogue)} {}

  [[nodiscard]] const server::ServiceFacts& facts() const noexcept override { return facts_; }
  [[nodiscard]] server::Readiness readiness() const override;
  [[nodiscard]] const std::string& catalogue_json() const noexcept override { return *catalogue_; }
  void metrics(std::function<void(std::string text)> done) override;
  void connections(std::string user, std::function<void(std::vector<server::ConnectionReport>)> done) override;
  void users(std::string user, std::function<void(std::vector<server::UserReport>)> done) override;
  void rest(session::RestRequest request, session::RestDone done) override;
  [[nodiscard]] bool takes_ingest() const noexcept override { return ingest_.is_open(); }
  void ingest(session::IngestRequest request, std::function<void(session::IngestReply)> done) override {
    ingest_.take(std::move(request), std::move(done));
  }
  void store_signals(std::string body, server::Respond respond) override { signals_.store(body, std::move(respond)); }
  void list_signals(server::SignalQuery query, server::Respond respond) override {
    signals_.list(std::move(query), std::move(respond));
  }
  void issue_token(server::TokenWish wish, server::Respond respond) override;

 private:
  [[nodiscard]] server::HttpResponse issued_token(auth::Claims claims, auth::Tier tier, std::chrono::seconds ttl) const;

  Service& service_;
  IngestService& ingest_;
  SignalService& signals_;
  server::ServiceFacts facts_;
  std::shared_ptr<const std::string> catalogue_;
};

}  // namespace subd::daemon
