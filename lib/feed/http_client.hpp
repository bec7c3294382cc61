#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "feed/url.hpp"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace subd::feed {

struct HttpAnswer {
  int status = 0;  ///< 0: there was none
  std::string body;
  std::string error;  ///< of an answer that there was not; never the target
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// Asks an HTTP server, each time on a connection of its own.
///
/// Threads: the loop's. `context` and `tls` outlive the client; what is under way when it ends is never answered.
class HttpClient {
 public:
  /// An answer of more than this is none.
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20;

  HttpClient(boost::asio::io_context& context, boost::asio::ssl::context& tls);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// GET `url` with `target` behind its path. `done` once, from the loop, within `limit` once the name is resolved.
  void get(const Url& url, const std::string& target, const HttpHeaders& headers, std::chrono::milliseconds limit,
           std::function<void(HttpAnswer)> done);

 private:
  struct Alive {};
  template <class Layer>
  struct Exchange;

  boost::asio::io_context& context_;
  boost::asio::ssl::context& tls_;
  std::shared_ptr<Alive> alive_;
};

}  // namespace subd::feed
