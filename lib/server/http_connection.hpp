#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "auth/principal.hpp"
#include "base/clock.hpp"
#include "server/admission.hpp"
#include "server/byte_stream.hpp"
#include "server/http_message.hpp"
#include "server/http_routes.hpp"
#include "server/reports.hpp"
#include "server/socket.hpp"

namespace subd::server {

class HttpSet;

/// A connection as long as it speaks HTTP: shakes hands where it came for TLS, reads a request, answers it, reads the
/// next; or hands its stream on when a request became a WebSocket.
///
/// Owner:      an HttpSet and the one operation that is under way; its io thread.
/// Invariants: at most one operation under way. The parser lives from one request to its answer.
class HttpConnection final : public std::enable_shared_from_this<HttpConnection> {
 public:
  /// With a refusal, and then without a place, the connection is one too many; see RouteContext::refusal.
  HttpConnection(HttpSet& set, ByteStream stream, const Tcp::endpoint& peer, Admission::Place place,
                 std::optional<Refusal> refusal);
  ~HttpConnection();

  /// Once: begins with a request.
  void start();
  /// Once: begins with the handshake of TLS.
  void start(Admission::Handshake handshake);
  /// Ends what takes too long.
  void on_timer(base::MonoTime now);
  /// No further request: an idle connection ends, a request under way is still answered.
  void drain();
  void cut();
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// It is the peer's turn to say something.
  [[nodiscard]] bool awaits_request() const noexcept { return !ended_ && parser_.has_value(); }
  /// It never had a place.
  [[nodiscard]] bool over_limit() const noexcept { return over_limit_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  /// Goes on with `step` once what the stream wants is there.
  void go_on(Outcome wants, void (HttpConnection::*step)());
  void shake_hands();
  void end_handshake(std::uint64_t TlsCounters::*outcome);
  void await_request();
  void read();
  /// Whether the request is whole, or `error` says why it cannot be read.
  [[nodiscard]] bool parse(boost::system::error_code& error);
  void on_request(const boost::system::error_code& error);
  /// Who sends the request, and whether that is one too many.
  void find_client();
  /// As far as reports go: the peer, or the client behind a trusted proxy.
  [[nodiscard]] Tcp::endpoint client_endpoint() const;
  /// Answers what could not be read, if there is anybody to answer.
  void refuse_unreadable(const boost::system::error_code& error);
  void handle();
  void answer(const HttpResponse& response);
  void write();
  void on_written();
  void await(const Deferred& deferred);
  void upgrade(UpgradeAccepted accepted);
  /// Reads until the peer ends too, so that what was written is not destroyed by what is unread.
  void linger();

  HttpSet& set_;
  ByteStream stream_;
  Tcp::endpoint peer_;
  Admission::Place place_;
  std::optional<Refusal> refusal_;  ///< of the request in hand
  const bool over_limit_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  std::string outgoing_;
  std::size_t written_ = 0;  ///< of it
  std::optional<UpgradeAccepted> accepted_;
  std::optional<Admission::Handshake> handshake_;  ///< while unfinished
  base::MonoTime give_up_at_;
  std::size_t lingered_bytes_ = 0;
  bool keep_alive_ = true;
  bool answered_ = false;  ///< at least one request
  bool idle_ = true;       ///< between requests
  bool ended_ = false;
};

}  // namespace subd::server
