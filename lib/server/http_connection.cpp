#include "server/http_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <functional>
#include <utility>

#include "auth/request_token.hpp"
#include "base/log.hpp"
#include "server/client_address.hpp"
#include "server/handshake.hpp"
#include "server/http_set.hpp"

namespace subd::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

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
  request.if_none_match = joined(message, http::field::if_none_match);
  return request;
}

}  // namespace

HttpConnection::HttpConnection(HttpSet& set, Socket socket, const Tcp::endpoint& peer, Admission::Place place,
                               std::optional<Refusal> refusal)
    : set_{set},
      socket_{std::move(socket)},
      peer_{peer},
      place_{std::move(place)},
      refusal_{refusal},
      over_limit_{refusal.has_value()},
      buffer_{kHeaderLimitBytes + kBodyLimitBytes},
      give_up_at_{set.context().clock.mono_now() + set.context().settings.handshake_timeout} {}

void HttpConnection::read_request() {
  idle_ = true;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(kHeaderLimitBytes));
  parser_->body_limit(kBodyLimitBytes);
  http::async_read(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) { self->on_request(error); });
}

void HttpConnection::on_request(const boost::system::error_code& error) {
  if (ended_) return;
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
    write(problem(431, "header_too_big",
                  fmt::format("request line and header fields must fit {} bytes", kHeaderLimitBytes)));
  } else if (error == http::error::body_limit) {
    request_ = read_fields(parser_->get(), peer_);
    write(problem(413, "body_too_big", fmt::format("a request body must fit {} bytes", kBodyLimitBytes)));
  } else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    write(problem(400, "bad_request", "not HTTP/1.1: " + error.message()));
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
  Answer answer = route(request_, {.backend = context.backend,
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
  if (auto* response = std::get_if<HttpResponse>(&answer)) {
    if (response->status == 403) {
      // The path alone: a token may be in the rest of the target.
      base::log::warn("server", "refused", {{"address", endpoint_text(peer_)}, {"path", request_.path()}});
    }
    write(*response);
  } else if (auto* accepted = std::get_if<UpgradeAccepted>(&answer)) {
    upgrade(std::move(*accepted));
  } else {
    await(std::get<Deferred>(answer));
  }
}

void HttpConnection::write(const HttpResponse& response) {
  if (!response.problem_code.empty()) {
    const std::string_view reason = response.refusal_reason.empty() ? response.problem_code : response.refusal_reason;
    ++set_.counters().refused[{reason, endpoint_name(request_), response.status}];
  }
  const ServerContext& context = set_.context();
  answered_ = true;
  give_up_at_ = context.clock.mono_now() + context.settings.handshake_timeout;
  outgoing_ = response_text(response, {.keep_alive = keep_alive_, .head_only = request_.method == "HEAD"},
                            context.backend.facts().version);
  asio::async_write(
      socket_, asio::buffer(outgoing_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) { self->on_written(error); });
}

void HttpConnection::on_written(const boost::system::error_code& error) {
  if (ended_) return;
  if (error) {
    cut();
    return;
  }
  const ServerContext& context = set_.context();
  if (keep_alive_ && !set_.draining()) {
    give_up_at_ = context.clock.mono_now() + context.settings.handshake_timeout;
    read_request();
    return;
  }
  give_up_at_ = context.clock.mono_now() + context.settings.close_timeout;
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  buffer_.clear();
  linger();
}

void HttpConnection::linger() {
  buffer_.clear();
  socket_.async_read_some(buffer_.prepare(4096),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
                            self->lingered_bytes_ += bytes;
                            if (error || self->ended_ || self->lingered_bytes_ > kLingerLimitBytes) {
                              self->cut();
                            } else {
                              self->linger();
                            }
                          });
}

void HttpConnection::await(const Deferred& deferred) {
  // The response may come on any thread, and late: it goes to this thread's queue, and from there to whoever is left.
  deferred.begin(std::move(request_.body), [queue = set_.io_context(), weak = weak_from_this()](HttpResponse response) {
    asio::post(*queue, [weak, response = std::move(response)] {
      const auto self = weak.lock();
      if (self && !self->ended_) self->write(response);
    });
  });
}

void HttpConnection::upgrade(UpgradeAccepted accepted) {
  const std::string_view user = accepted.principal ? std::string_view{accepted.principal->user_id} : std::string_view{};
  if (const auto refusal = place_.enter(accepted.kind, request_.client, user)) {
    write(refusal_response(*refusal));
    return;
  }
  outgoing_ = handshake_response(request_, accepted.select_subprotocol, set_.context().backend.facts().version);
  answered_ = true;
  asio::async_write(socket_, asio::buffer(outgoing_),
                    [self = shared_from_this(), accepted = std::move(accepted)](const boost::system::error_code& error,
                                                                                std::size_t) mutable {
                      if (self->ended_) return;
                      if (error) {
                        self->cut();
                        return;
                      }
                      self->ended_ = true;
                      self->set_.hand_over(std::move(self->socket_), self->client_endpoint(), std::move(self->place_),
                                           std::move(accepted), self->buffer_);
                    });
}

void HttpConnection::on_timer(base::MonoTime now) {
  if (ended_ || now < give_up_at_) return;
  if (!answered_) ++set_.counters().refused[{"handshake_timeout", {}, 0}];
  cut();
}

void HttpConnection::drain() {
  keep_alive_ = false;
  // A request of which something has come is answered: with 503, most of them.
  if (idle_ && !parser_->got_some()) cut();
}

void HttpConnection::cut() {
  if (ended_) return;
  ended_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  place_ = {};
  set_.ended();
}

}  // namespace subd::server
