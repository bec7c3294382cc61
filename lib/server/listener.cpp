#include "server/listener.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "server/socket.hpp"

namespace subd::server {
namespace {

enum class Sharing { None, Port };

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr* raw() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* raw() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[noreturn]] void refuse(const Settings& settings, std::string reason) {
  if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  const bool v6 = settings.address.find(':') != std::string::npos;
  throw std::runtime_error{v6 ? fmt::format("cannot listen on [{}]:{}: {}", settings.address, settings.port, reason)
                              : fmt::format("cannot listen on {}:{}: {}", settings.address, settings.port, reason)};
}

Address resolve(const Settings& settings) {
  addrinfo wanted{};
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (settings.address == "localhost" ? 0 : AI_NUMERICHOST);
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(settings.address.c_str(), std::to_string(settings.port).c_str(), &wanted, &found) != 0) {
    refuse(settings, "not a numeric IP address or localhost");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard{found, &::freeaddrinfo};
  Address address;
  address.size = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  return address;
}

void set_option(const Settings& settings, int descriptor, int level, int name, int value) {
  if (::setsockopt(descriptor, level, name, &value, sizeof value) != 0)
    refuse(settings, std::generic_category().message(errno));
}

Listener bind_one(const Settings& settings, const Address& address, Sharing sharing) {
  const int descriptor = ::socket(address.raw()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) refuse(settings, std::generic_category().message(errno));
  Listener listener{descriptor};
  set_option(settings, descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (sharing == Sharing::Port) set_option(settings, descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  if (::bind(descriptor, address.raw(), address.size) != 0) refuse(settings, std::generic_category().message(errno));
  return listener;
}

Address bound_address(const Settings& settings, const Listener& listener) {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(listener.descriptor(), address.raw(), &address.size) != 0) {
    refuse(settings, std::generic_category().message(errno));
  }
  return address;
}

std::string address_text(const Address& address) {
  Tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), &address.storage, address.size);
  endpoint.resize(address.size);
  return endpoint_text(endpoint);
}

}  // namespace

void Listener::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::vector<Listener> bind_listeners(const Settings& settings, std::size_t count) {
  Address address = resolve(settings);
  // A port of the kernel's choice is nobody else's.
  if (settings.port != 0) bind_one(settings, address, Sharing::None);
  std::vector<Listener> listeners;
  listeners.reserve(count);
  while (listeners.size() < count) {
    Listener listener = bind_one(settings, address, Sharing::Port);
    const int descriptor = listener.descriptor();
    set_option(settings, descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (settings.send_buffer_bytes > 0) {
      set_option(settings, descriptor, SOL_SOCKET, SO_SNDBUF, settings.send_buffer_bytes);
    }
    if (::listen(descriptor, settings.backlog) != 0) refuse(settings, std::generic_category().message(errno));
    // Where the port was 0, the others take the one that came of it.
    address = bound_address(settings, listener);
    listener.set_address(address_text(address));
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace subd::server
