#include "feed/client_tls.hpp"

namespace subd::feed {

boost::asio::ssl::context make_client_tls() {
  namespace ssl = boost::asio::ssl;
  ssl::context out{ssl::context::tls_client};
  out.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  out.set_default_verify_paths();
  out.set_verify_mode(ssl::verify_peer);
  return out;
}

}  // namespace subd::feed
