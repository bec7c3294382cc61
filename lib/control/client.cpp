#include "control/client.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace subd::control {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local>;

/// 20,000 sessions with full subscriptions stay below this.
constexpr std::uint64_t kAnswerLimitBytes = std::uint64_t{256} * 1024 * 1024;

// One exchange on a connected stream; every step shares one deadline.
class Exchange {
 public:
  Exchange(asio::io_context& context, Stream& stream) : context_{context}, stream_{stream} {}

  beast::error_code run(http::request<http::string_body>& request) {
    // A daemon that refuses early (body too large) may close before it has read everything: its answer still counts.
    const beast::error_code write_error = wait([&](auto done) { http::async_write(stream_, request, done); });
    if (write_error == beast::error::timeout) return write_error;
    parser_.body_limit(kAnswerLimitBytes);
    const beast::error_code read_error = wait([&](auto done) { http::async_read(stream_, buffer_, parser_, done); });
    return read_error && write_error ? write_error : read_error;
  }

  [[nodiscard]] http::response<http::string_body> take() { return parser_.release(); }

 private:
  template <class Start>
  beast::error_code wait(Start start) {
    beast::error_code outcome;
    start([&outcome](beast::error_code error, std::size_t) { outcome = error; });
    context_.restart();
    context_.run();
    return outcome;
  }

  asio::io_context& context_;
  Stream& stream_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
};

std::string why(boost::system::error_code error) {
  if (error == asio::error::connection_refused) return "nobody listens";
  if (error == boost::system::errc::no_such_file_or_directory) return "no such file";
  return error.message();
}

}  // namespace

Client::Client(std::vector<std::string> paths, std::chrono::milliseconds timeout)
    : paths_{std::move(paths)}, timeout_{timeout} {}

base::Result<Answer, ClientError> Client::request(std::string_view method, std::string_view target, std::string body,
                                                  std::string_view content_type) {
  asio::io_context context{1};
  Stream stream{context};
  std::string tried;
  bool denied = false;
  path_.clear();
  for (const std::string& path : paths_) {
    boost::system::error_code error;
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
      error = make_error_code(boost::system::errc::filename_too_long);
    } else {
      stream.expires_after(timeout_);
      stream.async_connect(Local::endpoint{path}, [&error](boost::system::error_code outcome) { error = outcome; });
      context.restart();
      context.run();
    }
    if (!error) {
      path_ = path;
      break;
    }
    if (error == beast::error::timeout)
      return ClientError{ClientError::Kind::Timeout,
                         fmt::format("no connection to {} within {} ms", path, timeout_.count())};
    denied = denied || error == boost::system::errc::permission_denied;
    tried += fmt::format("{}{} ({})", tried.empty() ? "" : ", ", path, why(error));
  }
  if (path_.empty() && denied) {
    return ClientError{ClientError::Kind::NotPermitted,
                       "not permitted to use the control socket; tried " + tried +
                           "; run as the daemon's user, as root, or as a member of the socket's group"};
  }
  if (path_.empty()) return ClientError{ClientError::Kind::Unavailable, "is subd running? tried " + tried};

  http::request<http::string_body> request{http::verb::get, {target.data(), target.size()}, 11};
  request.method_string({method.data(), method.size()});
  request.set(http::field::host, "subd");
  request.set(http::field::connection, "close");
  if (!body.empty()) request.set(http::field::content_type, {content_type.data(), content_type.size()});
  request.body() = std::move(body);
  request.prepare_payload();

  stream.expires_after(timeout_);
  Exchange exchange{context, stream};
  const beast::error_code error = exchange.run(request);
  if (error == beast::error::timeout) {
    return ClientError{ClientError::Kind::Timeout,
                       fmt::format("no answer from {} within {} ms", path_, timeout_.count())};
  }
  if (error) {
    return ClientError{ClientError::Kind::BadAnswer, fmt::format("no HTTP answer from {}: {}", path_, error.message())};
  }
  http::response<http::string_body> response = exchange.take();
  const auto answer_type = response[http::field::content_type];
  return Answer{static_cast<int>(response.result_int()), std::string{answer_type.data(), answer_type.size()},
                std::move(response.body())};
}

}  // namespace subd::control
