#include "probe/signal_publisher.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "probe/client_stream.hpp"

namespace subd::probe {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kLimit{30};
constexpr const char* kTarget = "/api/v1/external-signals/sync/signal";

}  // namespace

class SignalPublisher::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, const Endpoint& endpoint, const std::string& api_key)
      : endpoint_{endpoint}, stream_{loop.context()} {
    request_.method(http::verb::post);
    request_.target(endpoint.prefix + kTarget);
    request_.version(11);
    request_.set(http::field::host, endpoint.authority());
    request_.set(http::field::user_agent, "wsprobe");
    request_.set(http::field::content_type, "application/json");
    request_.set("X-API-Key", api_key);
  }

  void post(std::string body, Answered answered) {
    answered_ = std::move(answered);
    request_.body() = std::move(body);
    request_.prepare_payload();
    may_repeat_ = connected_;
    if (connected_) {
      stream_.next_layer().expires_after(kLimit);
      return write();
    }
    connect();
  }

  void forget() {
    answered_ = {};
    stream_.close();
  }

 private:
  void connect() {
    buffer_.clear();
    stream_.next_layer().expires_after(kLimit);
    stream_.async_open(endpoint_, [self = shared_from_this()](const error_code& error) {
      if (error) return self->answer(error);
      self->connected_ = true;
      self->write();
    });
  }

  void write() {
    response_ = {};
    http::async_write(stream_, request_, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return self->answer(error);
      http::async_read(self->stream_, self->buffer_, self->response_,
                       [self](const error_code& failure, std::size_t) { self->answer(failure); });
    });
  }

  void answer(const error_code& error) {
    if (!answered_) return;
    if (error && std::exchange(may_repeat_, false)) {
      connected_ = false;
      stream_.close();
      return connect();
    }
    const Answered answered = std::exchange(answered_, {});
    if (error) {
      connected_ = false;
      stream_.close();
      return answered(0, stream_.describe(error));
    }
    answered(static_cast<int>(response_.result_int()), response_.body());
  }

  Endpoint endpoint_;
  ClientStream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
  Answered answered_;
  bool connected_ = false;
  bool may_repeat_ = false;  // the connection is not new: it may have been closed for its idleness
};

SignalPublisher::SignalPublisher(Loop& loop, const Endpoint& endpoint, const std::string& api_key)
    : connection_{std::make_shared<Connection>(loop, endpoint, api_key)} {}

SignalPublisher::~SignalPublisher() {
  connection_->forget();
}

void SignalPublisher::post(std::string body, Answered answered) {
  connection_->post(std::move(body), std::move(answered));
}

}  // namespace subd::probe
