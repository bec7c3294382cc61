#include "session/outbox.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace subd::session {
namespace {

using Lines = std::vector<std::string>;

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    const wire::ViewPtr view{new wire::View};
    nifty.view = view;
    tcs.view = view;
  }

  /// A message of exactly `text`.
  static wire::UpdatePtr update(const std::string& text, bool closed = false) {
    auto out = std::make_shared<wire::Update>();
    out->head = text.substr(0, text.size() - 2);  // append_message ends with two braces
    out->closed = closed;
    return out;
  }
  static wire::UpdatePtr closed(const std::string& text) { return update(text, true); }

  Lines drain() {
    Lines out;
    while (!outbox.empty()) {
      out.emplace_back();
      outbox.front().append_payload(out.back());
      EXPECT_EQ(out.back().size(), outbox.front().payload_bytes);
      outbox.pop_front();
    }
    EXPECT_EQ(outbox.pending_bytes(), 0u);
    return out;
  }

  hub::Subscription nifty;
  hub::Subscription tcs;
  Outbox outbox{1000};
};

TEST_F(OutboxTest, GivesOutInTheOrderTaken) {
  EXPECT_EQ(outbox.push_text("a"), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, closed("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(tcs, update("t1}}")), PushOutcome::Queued);
  EXPECT_EQ(drain(), (Lines{"a", "n1}}", "t1}}"}));
}

TEST_F(OutboxTest, ANewerFormingUpdateTakesThePlaceOfTheOlder) {
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(tcs, update("t1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n2-longer}}")), PushOutcome::Conflated);
  EXPECT_EQ(drain(), (Lines{"n2-longer}}", "t1}}"}));
}

TEST_F(OutboxTest, AClosedBarReplacesThePendingFormingOneAndIsThenKept) {
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, closed("N2}}")), PushOutcome::Conflated);
  EXPECT_EQ(outbox.push_update(nifty, update("n3}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n4}}")), PushOutcome::Conflated);
  EXPECT_EQ(outbox.push_update(nifty, closed("N5}}")), PushOutcome::Conflated);
  EXPECT_EQ(drain(), (Lines{"N2}}", "N5}}"}));
}

TEST_F(OutboxTest, AnUpdateThatAnEdgeConditionLetThroughIsKept) {
  hub::Condition rsi;
  nifty.set_condition(&rsi);
  nifty.set_trigger(wire::Trigger::Edge);
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n2}}")), PushOutcome::Queued);
  nifty.set_trigger(wire::Trigger::Level);
  EXPECT_EQ(outbox.push_update(nifty, update("n3}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n4}}")), PushOutcome::Conflated);
  EXPECT_EQ(drain(), (Lines{"n1}}", "n2}}", "n4}}"}));
}

TEST_F(OutboxTest, NothingPassesABarrier) {
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_text("subscribed", &nifty), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n2}}")), PushOutcome::Queued);
  EXPECT_EQ(drain(), (Lines{"n1}}", "subscribed", "n2}}"}));
}

TEST_F(OutboxTest, ATextWithoutBarrierDoesNotHinderConflation) {
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_text("heartbeat_ack"), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n2}}")), PushOutcome::Conflated);
  EXPECT_EQ(drain(), (Lines{"n2}}", "heartbeat_ack"}));
}

TEST_F(OutboxTest, WhatLeftIsNotConflatedInto) {
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(drain(), Lines{"n1}}"});
  EXPECT_EQ(outbox.push_update(nifty, update("n2}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n3}}")), PushOutcome::Conflated);
  EXPECT_EQ(drain(), Lines{"n3}}"});
}

TEST_F(OutboxTest, BytesGoOutAsTheyAreAndAsBytes) {
  const std::string bytes{"\0\xff\n", 3};
  EXPECT_EQ(outbox.push_binary(bytes), PushOutcome::Queued);
  EXPECT_EQ(outbox.front().kind, EntryKind::Binary);
  EXPECT_EQ(drain(), Lines{bytes});
  EXPECT_EQ(outbox.push_binary(std::string(1000, 'x')), PushOutcome::Overflowed);
}

TEST_F(OutboxTest, ANewerTickTakesThePlaceOfTheOlderInItsForm) {
  hub::TickSubscription json;
  json.form = {wire::TickFormat::Json, market::QuoteMode::Ltp};
  hub::TickSubscription packet;
  packet.form = {wire::TickFormat::Packet, market::QuoteMode::Quote};
  const auto tick = [](const char* bytes) {
    auto out = std::make_shared<wire::TickUpdate>();
    const market::Quote quote;
    out->add_json({1, bytes, {}, 5, quote}, market::QuoteMode::Ltp);
    out->add_packet(market::QuoteMode::Quote, bytes);
    return out;
  };
  EXPECT_EQ(outbox.push_tick(packet, tick("first")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_tick(json, tick("first")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_tick(packet, tick("second")), PushOutcome::Conflated);
  EXPECT_EQ(outbox.push_tick(json, tick("third")), PushOutcome::Conflated);
  EXPECT_EQ(outbox.front().kind, EntryKind::Packet);
  const Lines lines = drain();
  EXPECT_EQ(lines.at(0), "second");
  EXPECT_NE(lines.at(1).find("third"), std::string::npos);
  EXPECT_EQ(outbox.push_tick(packet, tick("fourth")), PushOutcome::Queued);
}

TEST_F(OutboxTest, AnOverflowIsRefusedAndChangesNothing) {
  EXPECT_EQ(outbox.push_text(std::string(900, 'x')), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_text(std::string(100, 'y')), PushOutcome::Overflowed);
  EXPECT_EQ(outbox.push_update(nifty, update(std::string(200, 'z'))), PushOutcome::Overflowed);
  EXPECT_EQ(drain(), (Lines{std::string(900, 'x'), "n1}}"}));
}

TEST_F(OutboxTest, BytesThatTheSocketDidNotTakeCountTowardsTheLimit) {
  outbox.set_unsent(990);
  EXPECT_EQ(outbox.push_text("ten bytes!"), PushOutcome::Overflowed);
  outbox.set_unsent(0);
  EXPECT_EQ(outbox.push_text("ten bytes!"), PushOutcome::Queued);
}

TEST_F(OutboxTest, TheCloseIsTakenEvenWhenFullAndIsTheLast) {
  EXPECT_EQ(outbox.push_text(std::string(984, 'x')), PushOutcome::Queued);
  outbox.push_close(4006, "closed by operator");
  EXPECT_EQ(outbox.push_text("late"), PushOutcome::Queued);
  EXPECT_EQ(outbox.pending_messages(), 2u);
  outbox.pop_front();
  EXPECT_EQ(outbox.front().kind, EntryKind::Close);
  EXPECT_EQ(outbox.front().close_code, 4006);
}

TEST_F(OutboxTest, ASignalKeepsItsPlaceAndCountsLikeATextOfItsOwn) {
  outbox = Outbox{100};
  const auto text = std::make_shared<const wire::Signal>(wire::Signal{1, "a", false, "shared"});
  EXPECT_EQ(outbox.push_text("first"), PushOutcome::Queued);
  EXPECT_EQ(outbox.push_signal(text), PushOutcome::Queued);
  const std::size_t before = outbox.pending_bytes();
  EXPECT_EQ(
      outbox.push_signal(std::make_shared<const wire::Signal>(wire::Signal{2, "b", false, std::string(100, 'x')})),
      PushOutcome::Overflowed);
  EXPECT_EQ(outbox.pending_bytes(), before);
  EXPECT_EQ(text.use_count(), 2);
  EXPECT_EQ(drain(), (std::vector<std::string>{"first", "shared"}));
  EXPECT_EQ(text.use_count(), 1);
}

TEST_F(OutboxTest, APingFloodKeepsABoundedNumberOfPongs) {
  outbox = Outbox{10'000};
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_NE(outbox.push_control(EntryKind::Pong, std::to_string(i % 10)), PushOutcome::Overflowed) << i;
  }
  EXPECT_LE(outbox.pending_messages(), Outbox::kMaxPendingPongs);
  EXPECT_EQ(drain().back(), "9");
}

TEST_F(OutboxTest, ConflationFindsItsPlaceInALongHalfDrainedList) {
  Outbox large{1'000'000};
  for (int i = 0; i < 300; ++i) ASSERT_EQ(large.push_text("t" + std::to_string(i)), PushOutcome::Queued);
  ASSERT_EQ(large.push_update(nifty, update("n1}}")), PushOutcome::Queued);
  for (int i = 0; i < 250; ++i) large.pop_front();
  EXPECT_EQ(large.push_update(nifty, update("n2}}")), PushOutcome::Conflated);
  for (int i = 0; i < 50; ++i) large.pop_front();
  std::string last;
  large.front().append_payload(last);
  EXPECT_EQ(last, "n2}}");
  large.pop_front();
  EXPECT_TRUE(large.empty());
}

}  // namespace
}  // namespace subd::session
