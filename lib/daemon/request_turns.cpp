#include "daemon/request_turns.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

namespace subd::daemon {
namespace {

/// How long requests may take before the market gets its turn; one request is always finished.
constexpr std::chrono::milliseconds kRequestTime{5};

}  // namespace

void RequestTurns::schedule() {
  if (scheduled_ || !is_open_ || !requests_.has_ready()) return;
  scheduled_ = true;
  boost::asio::post(loop_, [this] { serve(); });
}

void RequestTurns::serve() {
  scheduled_ = false;
  const base::MonoTime end = clock_.mono_now() + kRequestTime;
  do requests_.serve_one();
  while (requests_.has_ready() && clock_.mono_now() < end);
  schedule();
}

}  // namespace subd::daemon
