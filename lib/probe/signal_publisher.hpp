#pragma once

#include <functional>
#include <memory>
#include <string>

#include "probe/endpoint.hpp"
#include "probe/loop.hpp"

namespace subd::probe {

/// A publisher of signals over one HTTP connection that stays open, one request at a time. A connection that the server
/// has closed for its idleness is replaced, and the request sent again: signals of the same id are stored once.
///
/// Threads: the loop's. Answers come from inside the loop.
class SignalPublisher {
 public:
  /// The body of the answer; with status 0 what is wrong with the connection.
  using Answered = std::function<void(int status, const std::string& text)>;

  SignalPublisher(Loop& loop, const Endpoint& endpoint, const std::string& api_key);
  ~SignalPublisher();
  SignalPublisher(const SignalPublisher&) = delete;
  SignalPublisher& operator=(const SignalPublisher&) = delete;

  /// REQUIRES: the request before is answered.
  void post(std::string body, Answered answered);

 private:
  class Connection;
  std::shared_ptr<Connection> connection_;  // shared with the operation under way
};

}  // namespace subd::probe
