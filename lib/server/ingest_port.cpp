#include "server/ingest_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace subd::server {

void IngestPort::offer(session::IngestRequest request, std::function<void(session::IngestReply)> done) {
  backend_.ingest(std::move(request), [queue = queue_, done = std::move(done)](session::IngestReply reply) {
    boost::asio::post(*queue, [done, reply = std::move(reply)]() mutable { done(std::move(reply)); });
  });
}

}  // namespace subd::server
