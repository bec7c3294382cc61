#include "feed/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "feed/socket_layer.hpp"

namespace subd::feed {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

/// One request, kept alive by the handler that is under way.
template <class Layer>
struct HttpClient::Exchange : std::enable_shared_from_this<Exchange<Layer>> {
  template <class... Args>
  Exchange(const std::shared_ptr<Alive>& client, std::function<void(HttpAnswer)> then, asio::io_context& context,
           Args&... args)
      : alive{client}, done{std::move(then)}, stream{context, args...}, resolver{context} {
    parser.body_limit(kMostBytes);
  }

  void run(const Url& url) {
    connect_layer(stream, resolver, url, [self = this->shared_from_this()](const error_code& error) {
      if (error) return self->end(error);
      http::async_write(self->stream, self->request, [self](const error_code& failure, std::size_t) {
        if (failure) return self->end(failure);
        self->request = {};
        http::async_read(self->stream, self->buffer, self->parser,
                         [self](const error_code& bad, std::size_t) { self->end(bad); });
      });
    });
  }

  void end(const error_code& error) {
    error_code ignored;
    beast::get_lowest_layer(stream).socket().close(ignored);
    if (alive.expired()) return;
    HttpAnswer answer;
    if (error) {
      answer.error = error.message();
    } else {
      answer.status = static_cast<int>(parser.get().result_int());
      answer.body = std::move(parser.get().body());
    }
    std::exchange(done, nullptr)(std::move(answer));
  }

  std::weak_ptr<Alive> alive;
  std::function<void(HttpAnswer)> done;
  Layer stream;
  asio::ip::tcp::resolver resolver;
  beast::flat_buffer buffer;
  http::request<http::empty_body> request;
  http::response_parser<http::string_body> parser;
};

HttpClient::HttpClient(asio::io_context& context, asio::ssl::context& tls)
    : context_{context}, tls_{tls}, alive_{std::make_shared<Alive>()} {}

HttpClient::~HttpClient() = default;

void HttpClient::get(const Url& url, const std::string& target, const HttpHeaders& headers,
                     std::chrono::milliseconds limit, std::function<void(HttpAnswer)> done) {
  const auto begin = [&](const auto& exchange) {
    const std::string path = url.path.ends_with('/') ? url.path.substr(0, url.path.size() - 1) : url.path;
    exchange->request = {http::verb::get, path + target, 11};
    exchange->request.set(http::field::host, url.authority());
    exchange->request.set(http::field::user_agent, "subd");
    exchange->request.set(http::field::connection, "close");
    for (const auto& [name, value] : headers) exchange->request.set(name, value);
    beast::get_lowest_layer(exchange->stream).expires_after(limit);
    exchange->run(url);
  };
  if (url.tls) {
    begin(std::make_shared<Exchange<TlsLayer>>(alive_, std::move(done), context_, tls_));
  } else {
    begin(std::make_shared<Exchange<PlainLayer>>(alive_, std::move(done), context_));
  }
}

}  // namespace subd::feed
