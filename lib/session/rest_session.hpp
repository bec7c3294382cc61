#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "session/rest_link.hpp"
#include "session/stream_set.hpp"

namespace subd::session {

/// What a client without a connection takes. Its computations run as those of a WebSocket do; nothing is sent, so that
/// an update costs nothing: who reads is given a snapshot of that moment.
///
/// Owner:      RestSessions; the hub's io thread.
/// Invariants: its streams are its own, shared with no WebSocket and no other session.
class RestSession final : public hub::Subscriber {
 public:
  /// Who is told what the market side said, from within the hub: neither may destroy the session.
  class Owner {
   public:
    /// A subscribe is in force; `text` answers it, `done` is to be called when that is safe to say.
    virtual void accepted(RestSession& session, std::string text, RestDone done) = 0;
    /// A subscribe was refused, and nothing is left.
    virtual void emptied(RestSession& session) = 0;

   protected:
    ~Owner() = default;
  };

  RestSession(const StreamContext& context, RestKey key, Owner& owner)
      : key_{std::move(key)}, owner_{owner}, streams_{context, *this}, directory_{context.directory} {}
  ~RestSession() override;

  /// Takes streams; `done` is called later, or from within with what is wrong.
  void subscribe(const wire::SubscribeRequest& request, const RestDone& done);
  /// The answer, or what is wrong.
  [[nodiscard]] base::Result<std::string, RestError> unsubscribe(const wire::UnsubscribeRequest& request);
  /// The newest state of a stream with the session's indicators; as subscribe().
  void read(const RestRequest& request, const RestDone& done);
  /// Takes again what it had before a restart; what is not to be had any more is left out.
  void restore(const RestStream& stream);

  [[nodiscard]] const RestKey& key() const noexcept { return key_; }
  /// It takes nothing and waits for nothing.
  [[nodiscard]] bool is_idle() const noexcept { return streams_.empty() && waiting_.empty(); }
  [[nodiscard]] std::vector<RestStream> streams() const;

  // hub::Subscriber
  void offer(hub::Subscription&, const wire::UpdatePtr&) noexcept override {}
  void attached(hub::Subscription& subscription, const wire::RequestId& request, const wire::SnapshotData& snapshot,
                const hub::UpstreamStatus& upstream) override;
  void refused(hub::Subscription& subscription, const wire::RequestId& request, const wire::Error& error,
               bool destroyed) override;
  void upstream_changed(hub::Subscription&, const hub::UpstreamStatus&) override {}

 private:
  /// A request that the market side has not answered yet.
  struct Waiting {
    RestRequest::Action action{};
    wire::StreamId stream{};
    wire::RequestId client_id;  ///< to echo
    RestDone done;
  };

  /// Answers those whose stream is gone: the hub has forgotten them.
  void tell_orphans();
  /// The id under which the hub knows the request.
  wire::RequestId wait(Waiting waiting);

  RestKey key_;
  Owner& owner_;
  StreamSet streams_;
  const Directory& directory_;
  std::map<wire::RequestId, Waiting, std::less<>> waiting_;
  std::uint64_t next_request_ = 1;
};

}  // namespace subd::session
