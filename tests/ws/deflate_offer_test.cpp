#include "ws/deflate_offer.hpp"

#include <gtest/gtest.h>

namespace subd::ws {
namespace {

constexpr const char* kAnswer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

TEST(DeflateOffer, WhatBrowsersOfferIsAccepted) {
  EXPECT_EQ(accept_deflate("permessage-deflate; client_max_window_bits"), kAnswer);
  EXPECT_EQ(accept_deflate("permessage-deflate"), kAnswer);
  EXPECT_EQ(accept_deflate("permessage-deflate; server_no_context_takeover; client_no_context_takeover"), kAnswer);
  EXPECT_EQ(accept_deflate("Permessage-Deflate;CLIENT_max_window_bits=\"15\""), kAnswer);
}

TEST(DeflateOffer, ASmallWindowThatIsLargeEnoughIsPromised) {
  EXPECT_EQ(accept_deflate("permessage-deflate; server_max_window_bits=12"),
            std::string{kAnswer} + "; server_max_window_bits=12");
  EXPECT_EQ(accept_deflate("permessage-deflate; server_max_window_bits=15"),
            std::string{kAnswer} + "; server_max_window_bits=12");
}

TEST(DeflateOffer, TheFirstOfferThatCanBeKeptIsTaken) {
  EXPECT_EQ(accept_deflate("x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=8, permessage-deflate"),
            kAnswer);
  EXPECT_EQ(accept_deflate("permessage-bzip2; a=b,\tpermessage-deflate"), kAnswer);
}

TEST(DeflateOffer, OffersThatBreakTheRulesOrCannotBeKeptAreDeclined) {
  for (const char* offer :
       {"", ",", ";", "permessage-deflat", "permessage-deflate2", "permessage-deflate; server_max_window_bits=11",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=012", "permessage-deflate; server_max_window_bits=12x",
        "permessage-deflate; server_max_window_bits=\"", "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=", "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=10", "permessage-deflate; mystery",
        "permessage-deflate; server_max_window_bits=12; server_max_window_bits=12"}) {
    EXPECT_EQ(accept_deflate(offer), std::nullopt) << offer;
  }
}

}  // namespace
}  // namespace subd::ws
