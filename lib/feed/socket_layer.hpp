#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <utility>

#include "feed/url.hpp"

/// What WebSocketClient and HttpClient have in common: a TCP stream with or without TLS on it.
namespace subd::feed {

using PlainLayer = boost::beast::tcp_stream;
using TlsLayer = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// Resolves and connects, then TLS where the layer has it; `done(error_code)` once. The caller sets the time limit on
/// the lowest layer and keeps both arguments alive until then.
template <class Done>
void connect_layer(PlainLayer& layer, boost::asio::ip::tcp::resolver& resolver, const Url& url, Done done) {
  using boost::asio::ip::tcp;
  resolver.async_resolve(url.host, std::to_string(url.port),
                         [&layer, done = std::move(done)](const boost::system::error_code& error,
                                                          const tcp::resolver::results_type& found) mutable {
                           if (error) return done(error);
                           layer.async_connect(
                               found, [&layer, done = std::move(done)](const boost::system::error_code& failure,
                                                                       const tcp::endpoint&) mutable {
                                 boost::system::error_code ignored;
                                 if (!failure) layer.socket().set_option(tcp::no_delay{true}, ignored);
                                 done(failure);
                               });
                         });
}

template <class Done>
void connect_layer(TlsLayer& layer, boost::asio::ip::tcp::resolver& resolver, const Url& url, Done done) {
  namespace ssl = boost::asio::ssl;
  boost::system::error_code is_name;
  boost::asio::ip::make_address(url.host, is_name);
  // A server chooses its certificate by the name that is asked for; an address is none.
  if (is_name) SSL_set_tlsext_host_name(layer.native_handle(), url.host.c_str());
  layer.set_verify_callback(ssl::host_name_verification{url.host});
  connect_layer(layer.next_layer(), resolver, url,
                [&layer, done = std::move(done)](const boost::system::error_code& error) mutable {
                  if (error) return done(error);
                  layer.async_handshake(ssl::stream_base::client, std::move(done));
                });
}

}  // namespace subd::feed
