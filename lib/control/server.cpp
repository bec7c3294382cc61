#include "control/server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "control/connection.hpp"
#include "control/router.hpp"

namespace subd::control {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

// Owner: the control thread, but for start() and stop().
class Server::Listener {
 public:
  Listener(SocketFile file, Backend& backend, ServerLimits limits)
      : file_{std::move(file)}, backend_{backend}, limits_{limits} {
    struct stat status {};
    if (::lstat(file_->path().c_str(), &status) == 0) socket_group_ = status.st_gid;
  }

  ~Listener() { stop(); }

  void start() {
    if (thread_.joinable()) return;
    // A duplicate: the file keeps its own descriptor until it is removed.
    acceptor_.assign(Local{}, ::dup(file_->descriptor()));
    thread_ = std::thread{[this] {
      accept();
      context_.run();
    }};
  }

  void stop() {
    if (thread_.joinable()) {
      asio::post(context_, [this] {
        stopping_ = true;
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
        for (const auto& [number, connection] : connections_) {
          if (const auto live = connection.lock()) live->close();
        }
      });
      thread_.join();
    }
    file_.reset();
  }

  void post(std::function<void()> task) { asio::post(context_, std::move(task)); }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, Local::socket socket) {
      if (stopping_) return;
      if (error) return accept_later(error);
      admit(std::move(socket));
      accept();
    });
  }

  // Out of descriptors or memory: asking again at once would only burn the processor.
  void accept_later(boost::system::error_code error) {
    base::log::warn("control", "cannot accept a connection", {{"error", error.message()}});
    retry_.expires_after(std::chrono::milliseconds{100});
    retry_.async_wait([this](boost::system::error_code cancelled) {
      if (!cancelled && !stopping_) accept();
    });
  }

  void admit(Local::socket socket) {
    if (connections_.size() >= limits_.connections) return turn_away(std::move(socket));
    uid_t user = static_cast<uid_t>(-1);
    const bool admitted = admits_peer_of(socket.native_handle(), socket_group_, user);
    if (!admitted) base::log::warn("control", "a peer without permission", {{"uid", user}});
    const std::uint64_t number = ++last_number_;
    const auto connection = std::make_shared<Connection>(std::move(socket), admitted, backend_, limits_,
                                                         [this, number] { connections_.erase(number); });
    connections_.emplace(number, connection);
    connection->start();
  }

  // The answer fits the empty send buffer of a new socket, so that it can go out at once.
  void turn_away(Local::socket socket) const {
    const Response response = problem(unavailable("too many connections to the control socket, " +
                                                  std::to_string(limits_.connections) + " are allowed"));
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: " + response.content_type +
        "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    asio::write(socket, asio::buffer(text), ignored);
  }

  std::optional<SocketFile> file_;
  Backend& backend_;
  const ServerLimits limits_;
  gid_t socket_group_ = static_cast<gid_t>(-1);
  asio::io_context context_{1};
  Local::acceptor acceptor_{context_};
  asio::steady_timer retry_{context_};
  std::unordered_map<std::uint64_t, std::weak_ptr<Connection>> connections_;
  std::uint64_t last_number_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

Server::Server(SocketFile file, Backend& backend, ServerLimits limits)
    : path_{file.path()}, listener_{std::make_unique<Listener>(std::move(file), backend, limits)} {}

Server::~Server() = default;

base::Result<std::unique_ptr<Server>, SocketError> Server::open(const std::string& path, Backend& backend,
                                                                ServerLimits limits) {
  auto file = SocketFile::claim(path);
  if (!file) return file.error();
  return std::unique_ptr<Server>{new Server{std::move(*file), backend, limits}};
}

void Server::start() {
  listener_->start();
}

void Server::stop() {
  listener_->stop();
}

void Server::post(std::function<void()> task) {
  listener_->post(std::move(task));
}

}  // namespace subd::control
