#include "daemon/engine_shard.hpp"

#include <optional>
#include <utility>

namespace subd::daemon {

void EngineShard::attach(engine::HubId hub, hub::AttachRequest request) {
  // Asked for before its turn: what waits in front of it waits at the same time, and not one after the other.
  if (!engine_.has(request.stream) && !engine_.refusal(request.stream)) upstream_.prepare(hub, request.stream);
  requests_.add(
      hub, [this, hub, request = std::move(request), asked = false]() mutable { return serve(hub, request, asked); });
}

HubRequests::Outcome EngineShard::serve(engine::HubId hub, const hub::AttachRequest& request, bool& asked) {
  std::optional<wire::Error> refusal;
  if (!engine_.has(request.stream)) {
    refusal = engine_.refusal(request.stream);
    // What can be built of an instrument is known when its past has come; where there is no room, that need not come.
    if (refusal && !asked && refusal->code != wire::ErrorCode::LimitExceeded) refusal.reset();
    asked = true;
    if (!refusal && !upstream_.fetch(hub, request.stream, [this, hub] { requests_.resume(hub); })) {
      return HubRequests::Outcome::Parked;
    }
  }
  hub::AttachReply reply;
  reply.serial = request.serial;
  reply.stream = request.stream;
  if (refusal) {
    reply.error = std::move(refusal);
  } else if (auto snapshot = engine_.attach(hub, request.stream, request.topics, request.history, request.condition)) {
    reply.snapshot = std::move(*snapshot);
  } else {
    reply.error = snapshot.error();
  }
  upstream_.forget(request.stream);
  hubs_[hub]->attached(std::move(reply));
  return HubRequests::Outcome::Done;
}

void EngineShard::release(engine::HubId hub, hub::Release release) {
  requests_.add(hub, [this, hub, release = std::move(release)] {
    engine_.release(hub, release.stream, release.whole_stream, release.topics, release.conditions);
    return HubRequests::Outcome::Done;
  });
}

}  // namespace subd::daemon
