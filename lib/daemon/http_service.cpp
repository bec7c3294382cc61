#include "daemon/http_service.hpp"

#include <string>
#include <utility>

#include "daemon/rest_keeper.hpp"
#include "daemon/survey.hpp"

namespace subd::daemon {

server::Readiness HttpService::readiness() const {
  server::Readiness out;
  if (service_.draining.load(std::memory_order_relaxed)) out.reasons.emplace_back("the daemon is draining");
  if (!service_.market.upstream_up()) out.reasons.emplace_back("the upstream is down");
  if (service_.store != nullptr && service_.store->condition() != store::Condition::Working) {
    out.reasons.push_back("the store does not work: " +
                          std::string{store::condition_name(service_.store->condition())});
  }
  return out;
}

void HttpService::metrics(std::function<void(std::string text)> done) {
  gather(service_, [done = std::move(done)](const ScrapeFacts& facts) { done(metrics_text(facts)); });
}

void HttpService::connections(std::string user, std::function<void(std::vector<server::ConnectionReport>)> done) {
  survey<server::ConnectionReport>(
      service_, [user = std::move(user)](server::IoThread& io) { return io.connections(user); }, std::move(done));
}

void HttpService::users(std::string user, std::function<void(std::vector<server::UserReport>)> done) {
  survey<server::UserReport>(
      service_, [user = std::move(user)](server::IoThread& io) { return io.users(user); }, std::move(done));
}

void HttpService::rest(session::RestRequest request, session::RestDone done) {
  server::IoThread& io = *service_.io_threads[rest_owner(request.key.user, service_.io_threads.size())];
  io.post([&io, request = std::move(request), done = std::move(done)] { io.rest().handle(request, done); });
}

}  // namespace subd::daemon
