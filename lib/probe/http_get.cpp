#include "probe/http_get.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>

namespace subd::probe {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// The metrics of a daemon with 100,000 topics.
constexpr std::size_t kMaxBodyBytes = 256UL << 20;

struct Exchange : std::enable_shared_from_this<Exchange> {
  explicit Exchange(asio::io_context& context) : resolver{context}, stream{context} {
    parser.body_limit(kMaxBodyBytes);
  }

  void run(const Endpoint& endpoint) {
    resolver.async_resolve(endpoint.host, std::to_string(endpoint.port),
                           [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& to) {
                             if (error) return self->end(error);
                             self->stream.async_connect(to, [self](const error_code& failure, const tcp::endpoint&) {
                               if (failure) return self->end(failure);
                               self->ask();
                             });
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

  tcp::resolver resolver;
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  http::request<http::empty_body> request;
  http::response_parser<http::string_body> parser;
  std::optional<error_code> outcome;
};

}  // namespace

base::Result<std::string, Problem> http_get(Loop& loop, const Endpoint& endpoint, std::string_view path,
                                            std::chrono::milliseconds limit) {
  const std::string target = endpoint.prefix + std::string{path};
  const std::string name = "http://" + endpoint.authority() + target;
  const auto exchange = std::make_shared<Exchange>(loop.context());
  exchange->request = {http::verb::get, target, 11};
  exchange->request.set(http::field::host, endpoint.authority());
  exchange->request.set(http::field::user_agent, "wsprobe");
  exchange->request.set(http::field::connection, "close");
  exchange->stream.expires_after(limit);
  exchange->run(endpoint);
  loop.run_until([&] { return exchange->outcome.has_value(); }, limit + std::chrono::seconds{1});
  if (!exchange->outcome) {
    exchange->stream.close();
    return Problem{name + ": no answer"};
  }
  if (*exchange->outcome) return Problem{name + ": " + exchange->outcome->message()};
  const auto& response = exchange->parser.get();
  if (response.result() != http::status::ok) {
    return Problem{name + ": HTTP " + std::to_string(response.result_int())};
  }
  return response.body();
}

}  // namespace subd::probe
