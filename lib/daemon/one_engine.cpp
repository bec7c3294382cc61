#include "daemon/one_engine.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace subd::daemon {

namespace asio = boost::asio;

void OneEngine::attach(engine::HubId hub, hub::AttachRequest request) {
  asio::post(loop_, [this, hub, request = std::move(request)]() mutable { shard_.attach(hub, std::move(request)); });
}

void OneEngine::release(engine::HubId hub, hub::Release release) {
  asio::post(loop_, [this, hub, release = std::move(release)]() mutable { shard_.release(hub, std::move(release)); });
}

void OneEngine::ask(std::size_t, std::function<void(engine::Engine&)> question) {
  asio::post(loop_, [this, question = std::move(question)] { question(shard_.engine()); });
}

}  // namespace subd::daemon
