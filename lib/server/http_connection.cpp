#include "server/http_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/http/error.hpp>
#include <functional>
#include <utility>

#include "auth/request_token.hpp"
#include "base/log.hpp"
#include "server/client_address.hpp"
#include "server/handshake.hpp"
#include "server/http_set.hpp"
#include "ws/deflate_offer.hpp"

namespace subd::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr std::size_t kLingerBytes = 4096;  // at a time
constexpr std::size_t kLingerLimitBytes = std::size_t{1024} * 1024;

std::string text_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

template <class Name>
std::string joined(const http::fields& fields, Name name, std::string_view separator = ", ") {
  std::string out;
  const auto [first, last] = fields.equal_range(name);
  for (auto field = first; field != last; ++field) {
    if (field != first) out += separator;
    out += text_of(field->value());
  }
  return out;
}

/// Packets of prices are small and do not compress.
bool offers_compression(session::ClientKind kind, const Settings& settings) noexcept {
  return settings.compression && kind != session::ClientKind::Kite;
}

/// Without the body and the client.
HttpRequest read_fields(const http::request<http::string_body>& message, const Tcp::endpoint& peer) {
  HttpRequest request;
  request.method = text_of(message.method_string());
  request.target = text_of(message.target());
  request.keep_alive = message.keep_alive();
  request.http_1_0 = message.version() < 11;
  request.session_id = joined(message, "X-Session-ID");
  request.cookies = joined(message, http::field::cookie, "; ");
  request.forwarded_for = joined(message, "X-Forwarded-For");
  request.local =
      address_of(peer).is_loopback() && message.count("Forwarded") == 0 && message.count("X-Forwarded-For") == 0;
  request.authorization = joined(message, http::field::authorization);
  request.api_key = joined(message, "X-API-Key");
  request.connection = joined(message, http::field::connection);
  request.upgrade = joined(message, http::field::upgrade);
  request.websocket_key = joined(message, http::field::sec_websocket_key);
  request.websocket_version = joined(message, http::field::sec_websocket_version);
  request.websocket_protocols = joined(message, http::field::sec_websocket_protocol);
  request.websocket_extensions = joined(message, http::field::sec_websocket_extensions);
  request.if_none_match = joined(message, http::field::if_none_match);
  return request;
}

}  // namespace

HttpConnection::HttpConnection(HttpSet& set, ByteStream stream, const Tcp::endpoint& peer, Admission::Place place,
                               std::optional<Refusal> refusal)
    : set_{set},
      stream_{std::move(stream)},
      peer_{peer},
      place_{std::move(place)},
      refusal_{refusal},
      over_limit_{refusal.has_value()},
      buffer_{kHeaderLimitBytes + kBodyLimitBytes},
      give_up_at_{set.context().clock.mono_now() + set.context().settings.handshake_timeout} {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::start() {
  await_request();
  go_on(Outcome::WantsInput, &HttpConnection::read);
}

void HttpConnection::start(Admission::Handshake handshake) {
  handshake_ = std::move(handshake);
  ++set_.counters().tls.unfinished;
  give_up_at_ = set_.context().clock.mono_now() + set_.context().settings.tls_handshake_timeout;
  go_on(Outcome::WantsInput, &HttpConnection::shake_hands);
}

void HttpConnection::go_on(Outcome wants, void (HttpConnection::*step)()) {
  stream_.async_wait(wants, [self = shared_from_this(), step](const boost::system::error_code&) {
    if (!self->ended_) (*self.*step)();
  });
}

void HttpConnection::shake_hands() {
  set_.spend_on_handshake();
  const Outcome outcome = stream_.shake_hands();
  switch (outcome) {
    case Outcome::Done:
      end_handshake(&TlsCounters::finished);
      give_up_at_ = set_.context().clock.mono_now() + set_.context().settings.handshake_timeout;
      await_request();
      read();
      break;
    case Outcome::WantsInput:
    case Outcome::WantsRoom:
      go_on(outcome, &HttpConnection::shake_hands);
      break;
    case Outcome::Ended:
    case Outcome::Broken:
      base::log::debug("server", "handshake failed",
                       {{"address", endpoint_text(peer_)}, {"reason", tls::Session::failure()}});
      end_handshake(&TlsCounters::failed);
      cut();
      break;
  }
}

void HttpConnection::end_handshake(std::uint64_t TlsCounters::*outcome) {
  handshake_.reset();
  TlsCounters& counters = set_.counters().tls;
  --counters.unfinished;
  ++(counters.*outcome);
}

void HttpConnection::await_request() {
  idle_ = true;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(kHeaderLimitBytes));
  parser_->body_limit(kBodyLimitBytes);
  parser_->eager(true);
}

void HttpConnection::read() {
  while (true) {
    boost::system::error_code error;
    if (parse(error)) return on_request(error);
    const std::size_t size = boost::beast::read_size(buffer_, kReadBytes);
    if (size == 0) return on_request(http::error::buffer_overflow);
    const auto room = buffer_.prepare(size);
    const Transfer got = stream_.read({static_cast<char*>(room.data()), room.size()});
    buffer_.commit(got.bytes);
    switch (got.outcome) {
      case Outcome::Done:
        break;
      case Outcome::WantsInput:
      case Outcome::WantsRoom:
        return go_on(got.outcome, &HttpConnection::read);
      case Outcome::Ended:
      case Outcome::Broken:
        return cut();
    }
  }
}

bool HttpConnection::parse(boost::system::error_code& error) {
  while (buffer_.size() > 0) {
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error == http::error::need_more) {
      error = {};
      return false;
    }
    if (error || parser_->is_done()) return true;
    if (used == 0) break;
  }
  return false;
}

void HttpConnection::on_request(const boost::system::error_code& error) {
  idle_ = false;
  if (error) {
    refuse_unreadable(error);
    return;
  }
  ++set_.counters().http_requests;
  request_ = read_fields(parser_->get(), peer_);
  request_.body = std::move(parser_->get().body());
  parser_.reset();
  find_client();
  keep_alive_ = request_.keep_alive && !refusal_ && !set_.draining();
  handle();
}

void HttpConnection::find_client() {
  const auto& proxies = set_.context().settings.trusted_proxies;
  request_.client = address_of(peer_);
  if (!is_trusted_proxy(request_.client, proxies)) return;
  request_.client = client_address(request_.client, request_.forwarded_for, proxies);
  if (place_) refusal_ = place_.come_from(request_.client);
}

Tcp::endpoint HttpConnection::client_endpoint() const {
  return request_.client == address_of(peer_) ? peer_ : endpoint_of(request_.client);
}

void HttpConnection::refuse_unreadable(const boost::system::error_code& error) {
  keep_alive_ = false;
  request_ = {};
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    answer(problem(431, "header_too_big",
                   fmt::format("request line and header fields must fit {} bytes", kHeaderLimitBytes)));
  } else if (error == http::error::body_limit) {
    request_ = read_fields(parser_->get(), peer_);
    answer(problem(413, "body_too_big", fmt::format("a request body must fit {} bytes", kBodyLimitBytes)));
  } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    answer(problem(400, "bad_request", "not HTTP/1.1: " + error.message()));
  } else {
    cut();
  }
}

void HttpConnection::handle() {
  const ServerContext& context = set_.context();
  base::log::debug("server", "http request",
                   {{"address", endpoint_text(client_endpoint())},
                    {"method", request_.method},
                    {"target", auth::redact_target(request_.target)}});
  Answer reply = route(request_, {.backend = context.backend,
                                  .verifier = context.verifier,
                                  .api_keys = set_.api_keys(),
                                  .requests = context.requests,
                                  .channel_token = context.settings.channel_token,
                                  .revoked = set_.revoked(),
                                  .now = context.clock.utc_now(),
                                  .mono_now = context.clock.mono_now(),
                                  .session_cookie = context.settings.session_cookie,
                                  .metrics_public = context.settings.metrics_public,
                                  .draining = set_.draining(),
                                  .refusal = refusal_});
  if (auto* response = std::get_if<HttpResponse>(&reply)) {
    if (response->status == 403) {
      // The path alone: a token may be in the rest of the target.
      base::log::warn("server", "refused", {{"address", endpoint_text(peer_)}, {"path", request_.path()}});
    }
    answer(*response);
  } else if (auto* accepted = std::get_if<UpgradeAccepted>(&reply)) {
    upgrade(std::move(*accepted));
  } else {
    await(std::get<Deferred>(reply));
  }
}

void HttpConnection::answer(const HttpResponse& response) {
  if (!response.problem_code.empty()) {
    const std::string_view reason = response.refusal_reason.empty() ? response.problem_code : response.refusal_reason;
    ++set_.counters().refused[{reason, endpoint_name(request_), response.status}];
  }
  const ServerContext& context = set_.context();
  answered_ = true;
  give_up_at_ = context.clock.mono_now() + context.settings.handshake_timeout;
  outgoing_ = response_text(response, {.keep_alive = keep_alive_, .head_only = request_.method == "HEAD"},
                            context.backend.facts().version);
  written_ = 0;
  write();
}

void HttpConnection::write() {
  const Transfer sent = stream_.write(std::string_view{outgoing_}.substr(written_));
  written_ += sent.bytes;
  if (sent.outcome == Outcome::Done) {
    on_written();
  } else if (sent.outcome == Outcome::WantsRoom) {
    go_on(sent.outcome, &HttpConnection::write);
  } else {
    cut();
  }
}

void HttpConnection::on_written() {
  if (accepted_) {
    ended_ = true;
    set_.hand_over(std::move(stream_), client_endpoint(), std::move(place_), std::move(*accepted_), buffer_);
    return;
  }
  const ServerContext& context = set_.context();
  if (keep_alive_ && !set_.draining()) {
    give_up_at_ = context.clock.mono_now() + context.settings.handshake_timeout;
    await_request();
    // Not at once: requests that came together would have this thread to themselves.
    asio::post(*set_.io_context(), [self = shared_from_this()] {
      if (!self->ended_) self->read();
    });
    return;
  }
  give_up_at_ = context.clock.mono_now() + context.settings.close_timeout;
  stream_.end_output();
  linger();
}

void HttpConnection::linger() {
  while (lingered_bytes_ <= kLingerLimitBytes) {
    buffer_.clear();
    const auto room = buffer_.prepare(kLingerBytes);
    const Transfer got = stream_.read({static_cast<char*>(room.data()), room.size()});
    lingered_bytes_ += got.bytes;
    if (got.outcome == Outcome::WantsInput) return go_on(got.outcome, &HttpConnection::linger);
    if (got.outcome != Outcome::Done) break;
  }
  cut();
}

void HttpConnection::await(const Deferred& deferred) {
  // The response may come on any thread, and late: it goes to this thread's queue, and from there to whoever is left.
  deferred.begin(std::move(request_.body), [queue = set_.io_context(), weak = weak_from_this()](HttpResponse response) {
    asio::post(*queue, [weak, response = std::move(response)] {
      const auto self = weak.lock();
      if (self && !self->ended_) self->answer(response);
    });
  });
}

void HttpConnection::upgrade(UpgradeAccepted accepted) {
  const std::string_view user = accepted.principal ? std::string_view{accepted.principal->user_id} : std::string_view{};
  if (const auto refusal = place_.enter(accepted.kind, request_.client, user)) {
    answer(refusal_response(*refusal));
    return;
  }
  const auto extensions = offers_compression(accepted.kind, set_.context().settings)
                              ? ws::accept_deflate(request_.websocket_extensions)
                              : std::nullopt;
  accepted.compressed = extensions.has_value();
  outgoing_ = handshake_response(request_, accepted.select_subprotocol, extensions.value_or(std::string{}),
                                 set_.context().backend.facts().version);
  answered_ = true;
  accepted_ = std::move(accepted);
  written_ = 0;
  write();
}

void HttpConnection::on_timer(base::MonoTime now) {
  if (ended_ || now < give_up_at_) return;
  if (handshake_) {
    end_handshake(&TlsCounters::timed_out);
    ++set_.counters().refused[{"tls_handshake_timeout", {}, 0}];
  } else if (!answered_) {
    ++set_.counters().refused[{"handshake_timeout", {}, 0}];
  }
  cut();
}

void HttpConnection::drain() {
  keep_alive_ = false;
  // A request of which something has come is answered: with 503, most of them.
  if (idle_ && !handshake_ && !parser_->got_some() && buffer_.size() == 0) cut();
}

void HttpConnection::cut() {
  if (ended_) return;
  ended_ = true;
  if (handshake_) end_handshake(&TlsCounters::failed);
  stream_.close();
  place_ = {};
  set_.ended();
}

}  // namespace subd::server
