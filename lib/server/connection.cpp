#include "server/connection.hpp"

#include <utility>

#include "base/log.hpp"
#include "server/client_factory.hpp"
#include "server/connection_set.hpp"
#include "server/framing.hpp"
#include "session/farewell.hpp"
#include "ws/utf8_check.hpp"

namespace subd::server {
namespace {

namespace close_reason = wire::close_reason;

/// What one connection may write before the others get their turn.
constexpr int kPiecesPerTurn = 4;
/// What a publisher may read before the others get their turn, in read buffers. Nobody else has much to say: of
/// others it is one read, so short that a thousand pings in it keep a publisher waiting for less than a burst takes.
constexpr int kReadsPerWake = 2;
constexpr std::size_t kReadBytes = std::size_t{8} * 1024;
/// What is still read of a peer that goes on sending after its close frame was queued.
constexpr std::uint32_t kLeftoverLimitBytes = std::uint32_t{128} * 1024;

}  // namespace

Connection::Connection(ConnectionSet& set, ByteStream stream, const Tcp::endpoint& client, Admission::Place place,
                       bool compressed, session::ClientRole role, std::string id)
    : set_{set},
      stream_{std::move(stream)},
      address_{client},
      place_{std::move(place)},
      decoder_{static_cast<std::uint32_t>(set.clients().clients().limits.max_message_bytes), compressed},
      compressed_{compressed},
      client_{set.clients().make(std::move(role), *this, std::move(id))} {}

Connection::Connection(ConnectionSet& set, ByteStream stream, const Tcp::endpoint& client, Admission::Place place,
                       bool compressed, std::unique_ptr<session::Client> parked)
    : set_{set},
      stream_{std::move(stream)},
      address_{client},
      place_{std::move(place)},
      decoder_{static_cast<std::uint32_t>(set.clients().clients().limits.max_message_bytes), compressed},
      compressed_{compressed},
      client_{std::move(parked)} {}

std::unique_ptr<session::Client> Connection::part_with_client(session::Transport& nowhere,
                                                              const wire::CloseReason& reason) {
  client_->park(nowhere);
  auto parted = std::exchange(client_, std::make_unique<session::Farewell>(set_.clients().clients(), *this, *client_));
  client_->outbox().set_unsent(unsent_.size() - unsent_from_);
  client_->close(reason);
  return parted;
}

void Connection::open(std::optional<auth::Principal> principal, std::span<char> early) {
  if (client_->state() == session::ClientState::Parked) {
    client_->resume(*this, std::move(*principal));
  } else if (principal) {
    client_->open(std::move(*principal));
  } else {
    client_->open_unauthenticated();
  }
  take(early);
  if (stream_.holds_input()) {
    on_input();
  } else {
    await_input();
  }
}

void Connection::request_flush() noexcept {
  if (dirty_ || stage_ == Stage::Ended) return;
  dirty_ = true;
  set_.mark_dirty(*this);
}

void Connection::await_input() {
  if (awaiting_input_ || paused_ || stage_ == Stage::Ended) return;
  awaiting_input_ = true;
  stream_.async_wait(Outcome::WantsInput, [this](const boost::system::error_code&) {
    awaiting_input_ = false;
    on_input();
  });
}

void Connection::await_room() {
  if (awaiting_room_) return;
  awaiting_room_ = true;
  stream_.async_wait(Outcome::WantsRoom, [this](const boost::system::error_code&) {
    awaiting_room_ = false;
    on_room();
  });
}

void Connection::on_input() {
  const bool publishes = client_->kind() == session::ClientKind::Publisher;
  // TLS hands out whole records; what is left of one, the socket would not tell of.
  const std::span<char> buffer =
      publishes || stream_.is_encrypted() ? set_.read_buffer() : set_.read_buffer().first(kReadBytes);
  for (int reads = 0; reads < (publishes ? kReadsPerWake : 1) && stage_ != Stage::Ended && !paused_; ++reads) {
    const Transfer got = stream_.read(buffer);
    if (got.outcome == Outcome::WantsInput) break;
    if (got.outcome == Outcome::WantsRoom) {
      await_room();  // TLS has something to say first; on_room() comes back here
      return;
    }
    if (got.outcome != Outcome::Done) {
      cut(close_reason::kPeerGone);
      return;
    }
    set_.counters().received_bytes += got.bytes;
    set_.spend_on_input(got.bytes);
    if (stage_ != Stage::Open) {
      leftover_bytes_ += static_cast<std::uint32_t>(got.bytes);
      if (leftover_bytes_ > kLeftoverLimitBytes) {
        cut(close_reason::kPeerGone);
        return;
      }
    }
    client_->on_bytes(got.bytes);
    take(buffer.first(got.bytes));
    if (got.bytes < buffer.size()) break;
  }
  await_input();
}

void Connection::take(std::span<char> input) {
  using Kind = ws::Incoming::Kind;
  while (true) {
    if (paused_) {
      held_input_ = std::make_unique<std::string>(input.data(), input.size());
      return;
    }
    const ws::Incoming incoming = decoder_.next(input);
    switch (incoming.kind) {
      case Kind::NeedInput:
        return;
      case Kind::Text:
        if (const auto text = inflated(incoming)) client_->on_text(*text);
        break;
      case Kind::Binary:
        if (const auto bytes = inflated(incoming)) client_->on_binary(*bytes);
        break;
      case Kind::Ping:
        client_->on_ping(incoming.payload);
        break;
      case Kind::Pong:
        client_->on_pong();
        break;
      case Kind::Close:
        peer_closed_ = true;
        if (incoming.close_code == close_reason::kPeerLeft.code) set_.park(*this, close_reason::kPeerLeft);
        client_->close({incoming.close_code, "closed by client", wire::AfterClose::Stop});
        request_flush();  // the client may have closed before: then this is the end of the lingering
        break;
      case Kind::ProtocolError:
        base::log::debug("server", "websocket rule broken", {{"id", client_->id()}, {"rule", incoming.payload}});
        client_->close(close_reason::kWsProtocol);
        break;
      case Kind::BadUtf8:
        client_->close(close_reason::kBadUtf8);
        break;
      case Kind::TooBig:
        client_->close(close_reason::kMessageTooBig);
        break;
    }
  }
}

std::optional<std::string_view> Connection::inflated(const ws::Incoming& incoming) {
  if (!incoming.compressed) return incoming.payload;
  std::string& out = set_.inflated();
  switch (set_.inflater().read(out, incoming.payload, set_.clients().clients().limits.max_message_bytes)) {
    case ws::Inflater::Outcome::Damaged:
      client_->close(close_reason::kBadCompression);
      return std::nullopt;
    case ws::Inflater::Outcome::TooBig:
      client_->close(close_reason::kMessageTooBig);
      return std::nullopt;
    case ws::Inflater::Outcome::Whole:
      break;
  }
  if (incoming.kind == ws::Incoming::Kind::Text && !ws::is_utf8(out)) {
    client_->close(close_reason::kBadUtf8);
    return std::nullopt;
  }
  return out;
}

void Connection::resume_input() {
  if (!std::exchange(paused_, false) || stage_ == Stage::Ended) return;
  if (const auto held = std::exchange(held_input_, nullptr)) take(*held);
  await_input();
}

std::optional<std::size_t> Connection::belong_to(std::string_view user) {
  const auto refusal = place_.belong_to(user);
  if (!refusal) return std::nullopt;
  ++set_.counters().refused[{refusal->reason(), session::client_path(client_->kind()), 0}];
  return refusal->allowed;
}

void Connection::flush() {
  dirty_ = false;
  if (stage_ == Stage::Ended) return;
  if (const auto& reason = client_->closing_reason()) {
    if (reason->abrupt) {
      cut(*reason);
      return;
    }
    if (stage_ == Stage::Open) {
      stage_ = Stage::Closing;
      give_up_at_ = set_.give_up_at();
      resume_input();  // the peer's part of the end is waited for, whatever the client was busy with
    }
  }
  if (awaiting_room_) return;
  switch (write_queued()) {
    case Written::All:
      if (stage_ != Stage::Open) close_in_order();
      break;
    case Written::SocketFull:
      await_room();
      break;
    case Written::TurnOver:
      request_flush();
      break;
    case Written::Broken:
      cut(close_reason::kPeerGone);
      break;
  }
}

Connection::Written Connection::write_queued() {
  if (unsent_from_ < unsent_.size()) {
    if (const Written written = write_unsent(); written != Written::All) return written;
  }
  std::string& scratch = set_.scratch();
  for (int pieces = 0; pieces < kPiecesPerTurn; ++pieces) {
    if (client_->outbox().empty()) return Written::All;
    scratch.clear();
    const std::uint64_t messages =
        frame_pending(client_->outbox(), scratch, compressed_ ? &set_.compression() : nullptr);
    sent_messages_ += messages;
    set_.counters().sent_messages += messages;
    const Transfer sent = send(scratch);
    if (sent.outcome == Outcome::Broken) return Written::Broken;
    if (sent.outcome == Outcome::WantsRoom) {
      unsent_.assign(scratch, sent.bytes);
      unsent_from_ = 0;
      client_->outbox().set_unsent(unsent_.size());
      return Written::SocketFull;
    }
  }
  return client_->outbox().empty() ? Written::All : Written::TurnOver;
}

Connection::Written Connection::write_unsent() {
  const Transfer sent = send(std::string_view{unsent_}.substr(unsent_from_));
  unsent_from_ += sent.bytes;
  client_->outbox().set_unsent(unsent_.size() - unsent_from_);
  if (sent.outcome == Outcome::Broken) return Written::Broken;
  if (sent.outcome == Outcome::WantsRoom) return Written::SocketFull;
  std::string{}.swap(unsent_);
  unsent_from_ = 0;
  return Written::All;
}

Transfer Connection::send(std::string_view bytes) {
  const Transfer sent = stream_.write(bytes);
  ++set_.counters().send_calls;
  set_.counters().sent_bytes += sent.bytes;
  sent_bytes_ += sent.bytes;
  return sent;
}

void Connection::on_room() {
  if (stage_ == Stage::Ended) return;
  request_flush();
  if (!awaiting_input_ && !paused_) on_input();
}

void Connection::close_in_order() {
  if (stage_ != Stage::Lingering) stream_.end_output();
  if (peer_closed_) {
    cut(close_reason::kPeerGone);
    return;
  }
  if (stage_ == Stage::Lingering) return;
  // The peer reads the close frame and then the end; closing with its last bytes unread would destroy both.
  stage_ = Stage::Lingering;
  give_up_at_ = set_.clock().mono_now() + set_.settings().close_timeout;
}

void Connection::on_timer() {
  if (stage_ == Stage::Ended) return;
  if (stage_ == Stage::Open) {
    client_->on_timer();
  } else if (set_.clock().mono_now() >= give_up_at_) {
    if (stage_ == Stage::Closing) stream_.reset_on_close();  // it does not even take the close frame
    cut(close_reason::kPeerGone);
  }
}

void Connection::cut(const wire::CloseReason& reason) {
  if (stage_ == Stage::Ended) return;
  stage_ = Stage::Ended;
  // An overflow or a lost peer only notes its reason; the subscriptions go with the close, unless the client stays.
  const wire::CloseReason why = client_->closing_reason().value_or(reason);
  if (why.resumable) set_.park(*this, why);
  client_->close(why);
  if (why.abrupt && why.code != close_reason::kPeerGone.code) stream_.reset_on_close();
  stream_.close();
  std::string{}.swap(unsent_);
  place_ = {};
  set_.ended(*this);
}

ConnectionReport Connection::report() const {
  ConnectionReport out{client_->report()};
  out.address = endpoint_text(address_);
  out.sent_messages = sent_messages_;
  out.sent_bytes = sent_bytes_;
  return out;
}

ClosedConnection Connection::closed_report() const {
  const wire::CloseReason reason = client_->closing_reason().value_or(close_reason::kPeerGone);
  return {client_->id(), client_->principal().user_id, endpoint_text(address_),
          reason.code,   std::string{reason.text},     set_.clock().utc_now()};
}

}  // namespace subd::server
