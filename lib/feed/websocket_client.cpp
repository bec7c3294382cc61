#include "feed/websocket_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "feed/socket_layer.hpp"

namespace subd::feed {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

class WebSocketClient::Connection {
 public:
  explicit Connection(SocketObserver& observer) : observer_{&observer} {}
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual void connect(const Url& url, std::string_view query) = 0;
  virtual void cut() = 0;

  void send(std::string text) {
    if (!open_) return;
    outgoing_.push_back(std::move(text));
    if (outgoing_.size() == 1) write();
  }
  [[nodiscard]] bool is_drained() const noexcept { return outgoing_.empty(); }

 protected:
  virtual void write() = 0;

  SocketObserver* observer_;          // null once it ended
  std::deque<std::string> outgoing_;  // the first one is being written
  bool open_ = false;
};

template <class Layer>
class WebSocketClient::ConnectionOn final : public Connection,
                                            public std::enable_shared_from_this<ConnectionOn<Layer>> {
 public:
  template <class... Args>
  ConnectionOn(SocketObserver& observer, asio::io_context& context, Args&... args)
      : Connection{observer}, stream_{context, args...}, resolver_{context} {}

  void connect(const Url& url, std::string_view query) override {
    host_ = url.authority();
    target_ = url.path + std::string{query};
    connect_layer(stream_.next_layer(), resolver_, url,
                  [self = this->shared_from_this()](const error_code& error) { self->handshake(error); });
  }

  void cut() override {
    observer_ = nullptr;
    open_ = false;
    resolver_.cancel();
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

 private:
  void handshake(const error_code& error) {
    if (observer_ == nullptr) return;
    if (error) return end(error);
    stream_.read_message_max(kMostBytes);
    stream_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "subd");
      request.set("X-Kite-Version", "3");
    }));
    stream_.async_handshake(response_, host_, std::exchange(target_, {}),
                            [self = this->shared_from_this()](const error_code& failure) {
                              if (self->observer_ == nullptr) return;
                              if (failure) return self->end(failure);
                              self->response_ = {};
                              self->open_ = true;
                              self->observer_->on_open();
                              self->read();
                            });
  }

  void read() {
    if (observer_ == nullptr) return;
    stream_.async_read(buffer_, [self = this->shared_from_this()](const error_code& error, std::size_t) {
      if (self->observer_ == nullptr) return;
      if (error) return self->end(error);
      const auto bytes = self->buffer_.data();
      self->observer_->on_message({static_cast<const char*>(bytes.data()), bytes.size()}, self->stream_.got_text());
      self->buffer_.clear();
      self->read();
    });
  }

  void write() override {
    stream_.text(true);
    stream_.async_write(asio::buffer(outgoing_.front()),
                        [self = this->shared_from_this()](const error_code& error, std::size_t) {
                          if (error || self->observer_ == nullptr) return;  // the read tells it
                          self->outgoing_.pop_front();
                          if (!self->outgoing_.empty()) return self->write();
                          self->observer_->on_sent();
                        });
  }

  void end(const error_code& error) {
    SocketEnd end;
    if (error == websocket::error::upgrade_declined) {
      end.http_status = static_cast<int>(response_.result_int());
      end.why = "HTTP " + std::to_string(end.http_status);
    } else if (error == websocket::error::closed) {
      // The reason is the other side's text, which may repeat what it was sent: the code says enough.
      end.why = "closed with " + std::to_string(stream_.reason().code);
    } else {
      end.why = error.message();
    }
    SocketObserver* observer = observer_;
    cut();
    observer->on_end(end);
  }

  websocket::stream<Layer, false> stream_;
  asio::ip::tcp::resolver resolver_;
  beast::flat_buffer buffer_;
  websocket::response_type response_;
  std::string host_;
  std::string target_;
};

WebSocketClient::WebSocketClient(asio::io_context& context, asio::ssl::context& tls, SocketObserver& observer)
    : context_{context}, tls_{tls}, observer_{observer} {}

WebSocketClient::~WebSocketClient() {
  cut();
}

void WebSocketClient::connect(const Url& url, std::string_view query) {
  cut();
  if (url.tls) {
    connection_ = std::make_shared<ConnectionOn<TlsLayer>>(observer_, context_, tls_);
  } else {
    connection_ = std::make_shared<ConnectionOn<PlainLayer>>(observer_, context_);
  }
  connection_->connect(url, query);
}

void WebSocketClient::send(std::string text) {
  if (connection_) connection_->send(std::move(text));
}

bool WebSocketClient::is_drained() const noexcept {
  return !connection_ || connection_->is_drained();
}

void WebSocketClient::cut() {
  if (const auto ended = std::exchange(connection_, nullptr)) ended->cut();
}

}  // namespace subd::feed
