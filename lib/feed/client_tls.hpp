#pragma once

#include <boost/asio/ssl/context.hpp>

namespace subd::feed {

/// The TLS side of connections to upstreams: the system's certificate authorities (SSL_CERT_FILE and SSL_CERT_DIR
/// choose others), certificates always checked, TLS 1.2 and up.
[[nodiscard]] boost::asio::ssl::context make_client_tls();

}  // namespace subd::feed
