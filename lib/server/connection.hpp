#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "base/prefetch.hpp"
#include "server/admission.hpp"
#include "server/byte_stream.hpp"
#include "server/reports.hpp"
#include "server/socket.hpp"
#include "session/client.hpp"
#include "wire/close_reason.hpp"
#include "ws/frame_decoder.hpp"

namespace subd::server {

class ConnectionSet;

/// One WebSocket: its bytes, the codec's state and the client that it carries.
///
/// Owner:      a ConnectionSet; its io thread.
/// Memory:     while idle nothing beside this object and the operation that waits for input. Bytes are read into and
///             framed in buffers of the thread; only the tail that the socket did not take is kept here.
/// Writes:     frames leave in the order of the outbox and each one whole before the next begins, control frames too.
/// Resume:     a client that lost its connection, or left it for another, goes on elsewhere; a Farewell takes its place
///             here until the connection has ended.
/// Ends:       in order (close frame, then the peer's end of the stream, each with a time limit) or, for an abrupt
///             reason or a broken socket, at once. Destroyed by the set when no operation refers to it any more.
class Connection final : public session::Transport {
 public:
  /// `client` is where it comes from, which need not be the peer; `compressed` when permessage-deflate was agreed on.
  Connection(ConnectionSet& set, ByteStream stream, const Tcp::endpoint& client, Admission::Place place,
             bool compressed, session::ClientRole role, std::string id);
  /// Carries on a parked client.
  Connection(ConnectionSet& set, ByteStream stream, const Tcp::endpoint& client, Admission::Place place,
             bool compressed, std::unique_ptr<session::Client> parked);

  /// Once, right after construction. `early` are bytes that came behind the upgrade request.
  void open(std::optional<auth::Principal> principal, std::span<char> early);

  void request_flush() noexcept override;
  void pause_input() noexcept override { paused_ = true; }
  void resume_input() override;
  [[nodiscard]] std::optional<std::size_t> belong_to(std::string_view user) override;

  // From the set.
  /// Writes what is queued as far as the socket takes it, and takes the next step towards the end if there is one.
  void flush();
  /// Hints that flush() comes soon: first of the connection itself, then of its client and its stream.
  void prefetch() const noexcept { base::prefetch<sizeof(Connection)>(this); }
  void prefetch_client() const noexcept {
    base::prefetch<sizeof(session::Client)>(client_.get());
    stream_.prefetch();
  }
  void on_timer();
  /// Ends it now, whatever is queued. A reason that it already has stays.
  void cut(const wire::CloseReason& reason);

  /// Gives its client away, parked with `nowhere`, and closes for `reason`. REQUIRES: client().may_park().
  [[nodiscard]] std::unique_ptr<session::Client> part_with_client(session::Transport& nowhere,
                                                                  const wire::CloseReason& reason);

  [[nodiscard]] session::Client& client() noexcept { return *client_; }
  [[nodiscard]] const session::Client& client() const noexcept { return *client_; }
  [[nodiscard]] ConnectionReport report() const;
  [[nodiscard]] ClosedConnection closed_report() const;
  /// Ended, and no queue or operation refers to it.
  [[nodiscard]] bool disposable() const noexcept {
    return stage_ == Stage::Ended && !dirty_ && !awaiting_input_ && !awaiting_room_;
  }

 private:
  friend class ConnectionSet;  // the links and the index

  enum class Stage : std::uint8_t {
    Open,
    Closing,    ///< the close frame and what is before it are on their way out
    Lingering,  ///< everything is written; waits for the peer to end too
    Ended,
  };
  enum class Written : std::uint8_t { All, SocketFull, TurnOver, Broken };

  void await_input();
  void await_room();
  void on_input();
  void on_room();
  void take(std::span<char> input);
  /// The message that was compressed, valid until the next one; nullopt: it was wrong, and the client is closed.
  [[nodiscard]] std::optional<std::string_view> inflated(const ws::Incoming& incoming);
  [[nodiscard]] Written write_queued();
  [[nodiscard]] Written write_unsent();
  [[nodiscard]] Transfer send(std::string_view bytes);
  void close_in_order();

  ConnectionSet& set_;
  ByteStream stream_;
  Tcp::endpoint address_;
  Admission::Place place_;
  ws::FrameDecoder decoder_;
  const bool compressed_;
  std::unique_ptr<session::Client> client_;  ///< never null
  /// Framed bytes that the socket has not taken, from unsent_from_ on.
  std::string unsent_;
  std::size_t unsent_from_ = 0;
  std::uint64_t sent_messages_ = 0;
  std::uint64_t sent_bytes_ = 0;
  /// When an orderly end is no longer waited for; meaningful from Closing on.
  base::MonoTime give_up_at_{};
  std::uint32_t index_ = 0;           ///< in the set
  std::uint32_t leftover_bytes_ = 0;  ///< that came after its close was queued
  Stage stage_ = Stage::Open;
  std::unique_ptr<std::string> held_input_;  ///< read while paused, not yet decoded; null: nothing
  bool paused_ = false;
  bool dirty_ = false;
  bool awaiting_input_ = false;
  bool awaiting_room_ = false;
  bool peer_closed_ = false;  ///< its close frame came
};

}  // namespace subd::server
