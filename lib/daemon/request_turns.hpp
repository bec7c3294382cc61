#pragma once

#include <utility>

#include "base/clock.hpp"
#include "daemon/hub_requests.hpp"

namespace boost::asio {
class io_context;
}

namespace subd::daemon {

/// Serves the requests of hubs from a loop, a bounded time per turn of it: a client that asks for many streams at once
/// makes much history to be computed, and must not keep the others' updates waiting for all of it.
///
/// Owner: the thread of the loop; every call there.
class RequestTurns {
 public:
  /// The loop and the clock outlive it. Nothing is served before open().
  RequestTurns(boost::asio::io_context& loop, const base::Clock& clock) : loop_{loop}, clock_{clock} {}

  void open() {
    is_open_ = true;
    schedule();
  }
  void add(engine::HubId hub, HubRequests::Request request) {
    requests_.add(hub, std::move(request));
    schedule();
  }
  /// As HubRequests::resume().
  void resume(engine::HubId hub) {
    requests_.resume(hub);
    schedule();
  }

 private:
  void schedule();
  void serve();

  boost::asio::io_context& loop_;
  const base::Clock& clock_;
  HubRequests requests_;
  bool is_open_ = false;
  bool scheduled_ = false;  // serve() is posted
};

}  // namespace subd::daemon
