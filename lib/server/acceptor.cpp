#include "server/acceptor.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace subd::server {
namespace {

constexpr int kAcceptsPerWake = 64;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::seconds kBetweenComplaints{1};

/// Errors that belong to one connection which is gone already; accept(2) says to go on.
bool concerns_one_client(int error) noexcept {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
      return true;
    default:
      return false;
  }
}

}  // namespace

Acceptor::Acceptor(boost::asio::io_context& io_context, Listener listener, const base::Clock& clock, Admit admit)
    : listener_{std::move(listener)},
      clock_{clock},
      admit_{std::move(admit)},
      readiness_{io_context},
      retry_{io_context} {}

Acceptor::~Acceptor() {
  stop();
}

void Acceptor::start() {
  readiness_.assign(listener_.descriptor());
  await_clients();
}

void Acceptor::stop() {
  if (std::exchange(stopped_, true)) return;
  retry_.cancel();
  if (readiness_.is_open()) readiness_.release();
  listener_.close();
}

void Acceptor::await_clients() {
  readiness_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (!error && !stopped_) accept_waiting();
  });
}

void Acceptor::accept_waiting() {
  for (int accepted = 0; accepted < kAcceptsPerWake; ++accepted) {
    Tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor = ::accept4(listener_.descriptor(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      peer.resize(size);
      admit_(descriptor, peer);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (concerns_one_client(errno)) continue;
    pause(errno);
    return;
  }
  await_clients();
}

void Acceptor::pause(int error) {
  if (const base::MonoTime now = clock_.mono_now(); now >= next_complaint_) {
    next_complaint_ = now + kBetweenComplaints;
    base::log::error("server", "cannot accept connections",
                     {{"address", listener_.address()}, {"error", std::generic_category().message(error)}});
  }
  retry_.expires_after(kPause);
  retry_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && !stopped_) accept_waiting();
  });
}

}  // namespace subd::server
