#include "probe/http_client.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "probe/client_stream.hpp"

namespace subd::probe {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

// The metrics of a daemon with 100,000 topics.
constexpr std::size_t kMaxBodyBytes = 256UL << 20;

struct Exchange : std::enable_shared_from_this<Exchange> {
  explicit Exchange(asio::io_context& context) : stream{context} { parser.body_limit(kMaxBodyBytes); }

  void run(const Endpoint& endpoint) {
    stream.async_open(endpoint, [self = shared_from_this()](const error_code& error) {
      if (error) return self->end(error);
      self->ask();
    });
  }

  void ask() {
    http::async_write(stream, request, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return self->end(error);
      http::async_read(self->stream, self->buffer, self->parser,
                       [self](const error_code& failure, std::size_t) { self->end(failure); });
    });
  }

  void end(const error_code& error) { outcome = error; }

  ClientStream stream;
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::response_parser<http::string_body> parser;
  std::optional<error_code> outcome;
};

}  // namespace

base::Result<HttpReply, Problem> http_request(Loop& loop, const Endpoint& endpoint, const HttpRequest& request,
                                              std::chrono::milliseconds limit) {
  const std::string name = endpoint.origin() + request.target;
  const auto exchange = std::make_shared<Exchange>(loop.context());
  auto& message = exchange->request;
  message.version(11);
  message.method_string(request.method);
  message.target(request.target);
  message.set(http::field::host, endpoint.authority());
  message.set(http::field::user_agent, "wsprobe");
  message.set(http::field::connection, "close");
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  for (const auto& [field, value] : request.headers) message.set(field, value);
  message.body() = request.body;
  message.prepare_payload();
  exchange->parser.skip(request.method == "HEAD");
  exchange->stream.next_layer().expires_after(limit);
  exchange->run(endpoint);
  loop.run_until([&] { return exchange->outcome.has_value(); }, limit + std::chrono::seconds{1});
  if (!exchange->outcome) {
    exchange->stream.close();
    return Problem{name + ": no answer"};
  }
  if (*exchange->outcome) return Problem{name + ": " + exchange->stream.describe(*exchange->outcome)};
  auto& reply = exchange->parser.get();
  return HttpReply{reply.result_int(), std::move(reply.body())};
}

base::Result<std::string, Problem> http_get(Loop& loop, const Endpoint& endpoint, std::string_view path,
                                            std::chrono::milliseconds limit) {
  const std::string target = endpoint.prefix + std::string{path};
  auto reply = http_request(loop, endpoint, {.target = target}, limit);
  if (!reply) return reply.error();
  if (reply->status != 200) {
    return Problem{endpoint.origin() + target + ": HTTP " + std::to_string(reply->status)};
  }
  return std::move(reply->body);
}

}  // namespace subd::probe
