#pragma once

#include <memory>

#include "server/http_backend.hpp"
#include "session/ingest_link.hpp"

namespace boost::asio {
class io_context;
}

namespace subd::server {

/// Takes batches of one io thread to the backend, and what it answers from any thread back to this one.
///
/// Owner: an IoThread; its thread.
class IngestPort final : public session::IngestLink {
 public:
  /// `queue` is that of the io thread; shared, so that a late answer has somewhere to go.
  IngestPort(std::shared_ptr<boost::asio::io_context> queue, HttpBackend& backend) noexcept
      : queue_{std::move(queue)}, backend_{backend} {}

  void offer(session::IngestRequest request, std::function<void(session::IngestReply)> done) override;

 private:
  std::shared_ptr<boost::asio::io_context> queue_;
  HttpBackend& backend_;
};

}  // namespace subd::server
