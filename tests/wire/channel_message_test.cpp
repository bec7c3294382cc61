#include "wire/channel_message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace subd::wire {
namespace {

TEST(ChannelMessage, AHeartbeatIsAllThereIs) {
  const auto message = parse_channel_message(R"({"type":"heartbeat","id":7})");
  ASSERT_TRUE(message);
  EXPECT_EQ(std::get<HeartbeatRequest>(*message).id, "7");
}

TEST(ChannelMessage, RefusalNamesWhatIsAllowed) {
  const auto message = parse_channel_message(R"({"type":"subscribe","id":"a"})");
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().id, R"("a")");
  EXPECT_EQ(message.error().error.code, ErrorCode::UnknownType);
  EXPECT_NE(message.error().error.message.find("heartbeat"), std::string::npos) << message.error().error.message;
  EXPECT_FALSE(parse_channel_message("ping"));
}

TEST(ChannelMessage, StatusSaysWhetherTheUpstreamIsThere) {
  EXPECT_EQ(channel_status_message(false), R"({"type":"status","connected":false})");
  EXPECT_EQ(channel_status_message(true), R"({"type":"status","connected":true})");
}

}  // namespace
}  // namespace subd::wire
