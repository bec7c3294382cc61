#include "probe/tab.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "probe/client_stream.hpp"

namespace subd::probe {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// A snapshot of 5,000 bars with many indicators is a few megabytes.
constexpr std::size_t kMaxMessageBytes = 64UL << 20;
constexpr std::chrono::seconds kCloseLimit{3};

std::string_view view_of(const beast::flat_buffer& buffer) {
  const auto bytes = buffer.data();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string TabEnd::describe() const {
  if (http_status != 0) return "HTTP " + std::to_string(http_status);
  if (close_code != 0) return "closed with " + std::to_string(close_code) + (text.empty() ? "" : " " + text);
  return text;
}

class Tab::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, TabObserver& observer) : loop_{loop}, observer_{&observer}, stream_{loop.context()} {}

  void connect(const Endpoint& endpoint, std::string_view path, const std::string& token,
               std::chrono::milliseconds limit) {
    state_ = TabState::Connecting;
    host_ = endpoint.authority();
    path_ = endpoint.prefix + std::string{path};
    token_ = token;
    beast::get_lowest_layer(stream_).expires_after(limit);
    stream_.next_layer().async_open(endpoint,
                                    [self = shared_from_this()](const error_code& error) { self->handshake(error); });
  }

  void send(std::string text) {
    if (state_ != TabState::Open) return;
    outgoing_.push_back(std::move(text));
    if (outgoing_.size() == 1) write();
  }

  void close() {
    if (state_ != TabState::Open) return kill();
    state_ = TabState::Closing;
    beast::get_lowest_layer(stream_).expires_after(kCloseLimit);
    stream_.async_close(websocket::close_code::normal, [self = shared_from_this()](const error_code& error) {
      if (error) self->end(error);
      // Without an error the pending read ends with the server's close frame.
    });
  }

  void kill() {
    if (state_ == TabState::Ended || state_ == TabState::New) return;
    error_code ignored;
    tcp::socket& socket = beast::get_lowest_layer(stream_).socket();
    // Reset instead of an orderly end.
    socket.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
    end(asio::error::operation_aborted);
  }

  void forget_observer() { observer_ = nullptr; }
  [[nodiscard]] TabState state() const noexcept { return state_; }

 private:
  void handshake(const error_code& error) {
    if (state_ == TabState::Ended) return;
    if (error) return end(error);
    stream_.read_message_max(kMaxMessageBytes);
    stream_.set_option(websocket::stream_base::decorator([token = token_](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "wsprobe");
      if (!token.empty()) request.set(beast::http::field::authorization, "Bearer " + token);
    }));
    token_.clear();
    stream_.async_handshake(response_, host_, path_, [self = shared_from_this()](const error_code& failure) {
      if (self->state_ == TabState::Ended) return;
      if (failure) return self->end(failure);
      beast::get_lowest_layer(self->stream_).expires_never();
      self->state_ = TabState::Open;
      self->response_ = {};
      if (self->observer_ != nullptr) self->observer_->on_open();
      self->read();
    });
  }

  void read() {
    if (state_ == TabState::Ended) return;
    stream_.async_read(buffer_, [self = shared_from_this()](const error_code& error, std::size_t) {
      if (self->state_ == TabState::Ended) return;
      if (error) return self->end(error);
      if (self->observer_ != nullptr) self->observer_->on_message(view_of(self->buffer_), self->loop_.now());
      self->buffer_.clear();
      self->read();
    });
  }

  void write() {
    stream_.text(true);
    stream_.async_write(asio::buffer(outgoing_.front()),
                        [self = shared_from_this()](const error_code& error, std::size_t) {
                          if (self->state_ == TabState::Ended) return;
                          if (error) return;  // the read tells it
                          self->outgoing_.pop_front();
                          if (!self->outgoing_.empty()) self->write();
                        });
  }

  void end(const error_code& error) {
    if (state_ == TabState::Ended) return;
    TabEnd end;
    if (error == websocket::error::upgrade_declined) end.http_status = static_cast<int>(response_.result_int());
    if (error == websocket::error::closed) {
      end.close_code = stream_.reason().code;
      end.text.assign(stream_.reason().reason.data(), stream_.reason().reason.size());
    } else {
      end.text = stream_.next_layer().describe(error);
    }
    state_ = TabState::Ended;
    error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
    if (observer_ != nullptr) observer_->on_end(end);
  }

  Loop& loop_;
  TabObserver* observer_;  // null: the tab is gone
  websocket::stream<ClientStream, false> stream_;
  beast::flat_buffer buffer_;
  websocket::response_type response_;
  std::deque<std::string> outgoing_;  // the first one is being written
  std::string host_, path_, token_;
  TabState state_ = TabState::New;
};

Tab::Tab(Loop& loop, TabObserver& observer) : loop_{loop}, observer_{observer} {}

Tab::~Tab() {
  if (!connection_) return;
  connection_->forget_observer();
  connection_->kill();
}

void Tab::connect(const Endpoint& endpoint, std::string_view path, const std::string& token,
                  std::chrono::milliseconds limit) {
  if (connection_) {
    connection_->forget_observer();
    connection_->kill();
  }
  connection_ = std::make_shared<Connection>(loop_, observer_);
  connection_->connect(endpoint, path, token, limit);
}

void Tab::send(std::string text) {
  if (connection_) connection_->send(std::move(text));
}

void Tab::close() {
  if (connection_) connection_->close();
}

void Tab::kill() {
  if (connection_) connection_->kill();
}

TabState Tab::state() const noexcept {
  return connection_ ? connection_->state() : TabState::New;
}

}  // namespace subd::probe
