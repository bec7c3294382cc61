#include "feed/kite_connection.hpp"

#include <random>
#include <string>
#include <utility>
#include <variant>

#include "base/log.hpp"
#include "kite/frame.hpp"
#include "kite/text_message.hpp"

namespace subd::feed {
namespace {

std::string query_of(const KiteCredentials& credentials) {
  std::string query = "?api_key=";
  append_percent_encoded(query, credentials.api_key);
  query += "&access_token=";
  append_percent_encoded(query, credentials.access_token);
  return query;
}

/// The message of a request, as a visitor.
struct Writer {
  std::string& out;
  void operator()(const kite::SubscribeRequest& request) const { kite::append_subscribe(out, request.tokens); }
  void operator()(const kite::UnsubscribeRequest& request) const { kite::append_unsubscribe(out, request.tokens); }
  void operator()(const kite::ModeRequest& request) const { kite::append_mode(out, request.mode, request.tokens); }
};

}  // namespace

KiteConnection::KiteConnection(Shared& shared, std::size_t number, std::size_t tokens)
    : shared_{shared},
      number_{number},
      link_{shared.clock, std::random_device{}()},
      ticks_{2 * tokens},
      socket_{shared.context, shared.tls, *this} {}

void KiteConnection::step() {
  const bool was_open = link_.is_open();
  switch (link_.step()) {
    case KiteLink::Action::Connect:
      connect();
      break;
    case KiteLink::Action::Cut:
      socket_.cut();
      after_end(was_open);
      break;
    case KiteLink::Action::None:
      break;
  }
  // One batch at a time: what changes while it is under way goes with the next one, or cancels out.
  while (link_.is_open() && socket_.is_drained()) {
    const auto requests = shared_.pool.next(number_);
    if (requests.empty()) break;
    for (const kite::Request& request : requests) say(request);
  }
}

void KiteConnection::connect() {
  auto credentials = shared_.credentials.load();
  if (!credentials) {
    link_.ended(0, credentials.error().message);
    base::log::warn("kite", "no credentials", {{"link", number_}, {"reason", link_.why()}});
    return;
  }
  credentials_ = std::move(*credentials);
  base::log::debug("kite", "connecting", {{"link", number_}, {"to", shared_.url.authority()}});
  socket_.connect(shared_.url, query_of(credentials_));
}

void KiteConnection::on_open() {
  link_.opened();
  shared_.pool.link_up(number_);
  base::log::info("kite", "connected", {{"link", number_}, {"tokens", shared_.pool.tokens_on(number_)}});
  shared_.wake();
}

void KiteConnection::on_end(const SocketEnd& end) {
  const bool was_open = link_.is_open();
  link_.ended(end.http_status, end.why);
  after_end(was_open);
  shared_.wake();
}

void KiteConnection::after_end(bool was_open) {
  if (was_open) {
    const std::size_t tokens = shared_.pool.link_down(number_);
    lost_ = lost_ || tokens > 0;
    base::log::warn("kite", "connection lost", {{"link", number_}, {"tokens", tokens}, {"reason", link_.why()}});
  } else if (link_.state() == LinkState::Refused) {
    base::log::warn("kite", "refused: the access token has expired or is wrong",
                    {{"link", number_}, {"answer", link_.why()}});
  } else {
    base::log::warn("kite", "not connected", {{"link", number_}, {"reason", link_.why()}});
  }
}

void KiteConnection::say(const kite::Request& request) {
  std::string text;
  std::visit(Writer{text}, request);
  socket_.send(std::move(text));
}

void KiteConnection::on_message(std::string_view bytes, bool is_text) {
  ++messages_;
  link_.heard();
  if (is_text) {
    const kite::TextMessage message = kite::parse_text_message(bytes);
    shared_.texts.note(message.kind, credentials_.redacted(message.data));
  } else if (!kite::is_heartbeat(bytes)) {
    const base::UtcTime now = shared_.clock.utc_now();
    kite::FrameReader reader{bytes};
    while (const auto packet = reader.next()) {
      if (shared_.pool.wants(packet->token)) {
        ticks_.add(*packet, now);
      } else {
        ++unwanted_;
      }
    }
    skipped_packets_ += reader.skipped();
    if (!reader.is_whole()) ++bad_frames_;
  }
  shared_.wake();
}

LinkReport KiteConnection::report() const {
  LinkReport out;
  out.state = link_state_name(link_.state());
  out.since = link_.since();
  out.last_message = link_.last_message();
  out.messages = messages_;
  out.reconnects = link_.reconnects();
  out.bad_frames = bad_frames_;
  out.skipped_packets = skipped_packets_;
  out.conflated = ticks_.conflated();
  out.why = link_.why();
  return out;
}

}  // namespace subd::feed
