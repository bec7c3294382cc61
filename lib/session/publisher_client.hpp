#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "session/client.hpp"
#include "session/ingest_link.hpp"

namespace subd::session {

/// The client of `/ws/ingest`: sends batches and reads their acknowledgements.
///
/// Owner: as Client.
/// Flow:  one batch at a time is on its way to the market; until it is applied nothing more is read from the
///        connection, so a publisher that is too fast fills its own socket and no queue of ours.
class PublisherClient final : public Client {
 public:
  PublisherClient(ClientContext& context, Transport& transport, IngestLink& link, std::string id);
  ~PublisherClient() override;

  [[nodiscard]] ClientKind kind() const noexcept override { return ClientKind::Publisher; }

 private:
  /// What it sends is what it is for; it waits for the market.
  [[nodiscard]] bool is_metered() const noexcept override { return false; }
  void opened() override;
  void receive_text(std::string_view text) override;
  void end_subscriptions() override {}
  void describe(ClientReport&) const override {}
  void answered(const IngestReply& reply);

  Transport& transport_;
  IngestLink& link_;
  std::shared_ptr<PublisherClient*> self_;  ///< null inside once this object is gone; for late answers
};

}  // namespace subd::session
