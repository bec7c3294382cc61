#include "server/client_factory.hpp"

#include <utility>

#include "session/kite_client.hpp"
#include "session/publisher_client.hpp"

namespace subd::server {

std::unique_ptr<session::Client> ClientFactory::make(session::ClientRole role, session::Transport& transport,
                                                     std::string id) {
  switch (role.kind) {
    case session::ClientKind::Kite:
      return std::make_unique<session::KiteClient>(ticks_, transport, std::move(id));
    case session::ClientKind::Publisher:
      return std::make_unique<session::PublisherClient>(clients_, transport, ingest_, std::move(id));
    case session::ClientKind::Ticks:
      return std::make_unique<session::TickClient>(ticks_, transport, std::move(id));
    case session::ClientKind::Channel:
      return std::make_unique<session::ChannelClient>(channels_, transport, role.channel, std::move(id));
    case session::ClientKind::Signals:
      return std::make_unique<session::SignalClient>(signals_, transport, std::move(id), std::move(role.since));
    case session::ClientKind::Indicators:
      break;
  }
  return std::make_unique<session::Session>(sessions_, transport, std::move(id));
}

}  // namespace subd::server
