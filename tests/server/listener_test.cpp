#include "server/listener.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>

#include "server/tcp_client.hpp"

namespace subd::server {
namespace {

Settings any_port() {
  Settings settings;
  settings.port = 0;
  return settings;
}

std::uint16_t port_of(const Listener& listener) {
  return static_cast<std::uint16_t>(std::stoi(listener.address().substr(listener.address().rfind(':') + 1)));
}

std::string refusal(const Settings& settings) {
  try {
    const auto listeners = bind_listeners(settings, 1);
    return "bound " + listeners.front().address();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Listener, AllShareThePortThatTheFirstOneGot) {
  const auto listeners = bind_listeners(any_port(), 3);
  ASSERT_EQ(listeners.size(), 3u);
  EXPECT_NE(port_of(listeners[0]), 0);
  EXPECT_EQ(listeners[1].address(), listeners[0].address());
  EXPECT_EQ(listeners[2].address(), listeners[0].address());
}

TEST(Listener, AcceptsWithTheOptionsOfTheListener) {
  Settings settings = any_port();
  settings.send_buffer_bytes = 32768;
  const auto listeners = bind_listeners(settings, 1);
  const test::TcpClient client{port_of(listeners[0])};
  ASSERT_TRUE(client.connected());
  const int accepted = ::accept(listeners[0].descriptor(), nullptr, nullptr);
  ASSERT_GE(accepted, 0);
  int no_delay = 0;
  int buffer = 0;
  socklen_t size = sizeof(int);
  ::getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
  ::getsockopt(accepted, SOL_SOCKET, SO_SNDBUF, &buffer, &size);
  ::close(accepted);
  EXPECT_EQ(no_delay, 1);
  EXPECT_EQ(buffer, 2 * 32768);  // the kernel doubles it for its own needs
}

TEST(Listener, APortInUseIsNoticedAlthoughItCouldBeShared) {
  const auto listeners = bind_listeners(any_port(), 1);
  Settings settings;
  settings.port = port_of(listeners[0]);
  EXPECT_EQ(refusal(settings), "cannot listen on " + listeners[0].address() + ": address already in use");
}

TEST(Listener, APortIsFreeAgainWhenItsListenersAreGone) {
  Settings settings;
  settings.port = port_of(bind_listeners(any_port(), 2).front());
  EXPECT_EQ(refusal(settings), "bound 127.0.0.1:" + std::to_string(settings.port));
}

TEST(Listener, AnAddressThatIsNoneIsNamed) {
  Settings settings = any_port();
  settings.address = "nowhere";
  EXPECT_EQ(refusal(settings), "cannot listen on nowhere:0: not a numeric IP address or localhost");
}

TEST(Listener, AnAddressOfAnotherHostIsRefused) {
  Settings settings = any_port();
  settings.address = "192.0.2.1";
  EXPECT_EQ(refusal(settings), "cannot listen on 192.0.2.1:0: cannot assign requested address");
}

}  // namespace
}  // namespace subd::server
