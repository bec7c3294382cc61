#include "control/connection.hpp"

#include <fmt/format.h>

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "base/log.hpp"
#include "control/router.hpp"

namespace subd::control {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

std::string_view view_of(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Connection::Connection(Socket socket, bool admitted, Backend& backend, const ServerLimits& limits,
                       std::function<void()> on_end)
    : stream_{std::move(socket)},
      admitted_{admitted},
      backend_{backend},
      limits_{limits},
      on_end_{std::move(on_end)},
      buffer_{limits.header_bytes + limits.body_bytes} {}

Connection::~Connection() {
  on_end_();
}

void Connection::close() {
  stream_.close();
}

void Connection::read() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  // Which limit holds is known with the header; the parser would look at the announced length before that.
  parser_->body_limit(boost::none);
  stream_.expires_after(limits_.idle);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_header(error); });
}

void Connection::on_header(beast::error_code error) {
  if (error) return refuse_unread(error);
  const auto& request = parser_->get();
  const bool file = admitted_ && takes_file(view_of(request.method_string()), view_of(request.target()));
  body_limit_ = file ? limits_.file_bytes : limits_.body_bytes;
  if (parser_->content_length() && *parser_->content_length() > body_limit_) return refuse_body();
  parser_->body_limit(body_limit_);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](beast::error_code failed, std::size_t) { self->on_read(failed); });
}

void Connection::on_read(beast::error_code error) {
  if (error) return refuse_unread(error);
  const auto& request = parser_->get();
  const Request asked{view_of(request.method_string()), view_of(request.target()), request.body()};
  if (!admitted_) {
    return write(problem({403, "not_permitted",
                          "only root, the daemon's user and members of the control socket's group may ask"}),
                 false);
  }
  Response response = answer(backend_, asked);
  if (request.method() != http::verb::get) {
    base::log::info("control", "command",
                    {{"method", asked.method}, {"path", asked.target}, {"status", response.status}});
  }
  write(std::move(response), request.keep_alive());
}

// What HTTP has an answer for is answered; a peer that went away or was too slow is not.
void Connection::refuse_unread(beast::error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return write(
        problem({431, "header_too_large", fmt::format("at most {} bytes of header are allowed", limits_.header_bytes)}),
        false);
  }
  if (error == http::error::body_limit) return refuse_body();
  const bool garbage = error.category() == make_error_code(http::error::bad_method).category() &&
                       error != http::error::end_of_stream && error != http::error::partial_message;
  if (garbage) write(problem({400, "bad_http", "this is not an HTTP/1.1 request: " + error.message()}), false);
}

void Connection::refuse_body() {
  write(problem({413, "body_too_large", fmt::format("at most {} bytes of body are allowed here", body_limit_)}), false);
}

void Connection::write(Response&& response, bool keep_alive) {
  response_ = {};
  response_.version(11);
  response_.result(static_cast<unsigned>(response.status));
  response_.set(http::field::server, "subd");
  response_.set(http::field::content_type, response.content_type);
  response_.set(http::field::cache_control, "no-store");
  if (!response.allow.empty()) response_.set(http::field::allow, response.allow);
  response_.keep_alive(keep_alive);
  response_.body() = std::move(response.body);
  response_.prepare_payload();
  stream_.expires_after(limits_.idle);
  http::async_write(stream_, response_,
                    [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_write(error); });
}

void Connection::on_write(beast::error_code error) {
  if (!error && response_.keep_alive()) read();
}

}  // namespace subd::control
