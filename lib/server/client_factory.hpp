#pragma once

#include <memory>
#include <string>

#include "session/channel_client.hpp"
#include "session/client.hpp"
#include "session/ingest_link.hpp"
#include "session/session.hpp"
#include "session/signal_client.hpp"
#include "session/tick_client.hpp"

namespace subd::server {

/// Makes the clients of one io thread, each of the kind that the path of its upgrade asked for.
///
/// Owner: an IoThread; its thread. Outlives the clients, as everything that it refers to does.
class ClientFactory {
 public:
  ClientFactory(session::ClientContext& clients, session::SessionContext& sessions, session::TickContext& ticks,
                session::ChannelContext& channels, session::SignalContext& signals,
                session::IngestLink& ingest) noexcept
      : clients_{clients},
        sessions_{sessions},
        ticks_{ticks},
        channels_{channels},
        signals_{signals},
        ingest_{ingest} {}

  [[nodiscard]] std::unique_ptr<session::Client> make(session::ClientRole role, session::Transport& transport,
                                                      std::string id);
  /// What the clients share.
  [[nodiscard]] session::ClientContext& clients() noexcept { return clients_; }

 private:
  session::ClientContext& clients_;
  session::SessionContext& sessions_;
  session::TickContext& ticks_;
  session::ChannelContext& channels_;
  session::SignalContext& signals_;
  session::IngestLink& ingest_;
};

}  // namespace subd::server
