#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/hub.hpp"

namespace subd::test {

/// A subscriber that writes down what reaches it, as the client would read it.
class RecordingSubscriber final : public hub::Subscriber {
 public:
  void offer(hub::Subscription& subscription, const wire::UpdatePtr& update) noexcept override {
    messages.emplace_back();
    update->append_message(messages.back(), *subscription.view);
  }
  void attached(hub::Subscription& subscription, const wire::RequestId& request, const wire::SnapshotData& snapshot,
                const hub::UpstreamStatus&) override {
    std::string text = "attached " + request + ":";
    for (const std::string_view id : hub::Hub::topic_ids(subscription)) text += " " + std::string{id};
    text += " @" + std::to_string(snapshot.seq);
    messages.push_back(text);
  }
  void refused(hub::Subscription&, const wire::RequestId& request, const wire::Error& error, bool destroyed) override {
    messages.push_back("refused " + request + ": " + error.message + (destroyed ? " (gone)" : ""));
    gone = gone || destroyed;
  }
  void upstream_changed(hub::Subscription&, const hub::UpstreamStatus& upstream) override {
    messages.push_back(std::string{"upstream "} + upstream.state);
  }

  /// What came since the last call.
  std::vector<std::string> take() { return std::exchange(messages, {}); }

  std::vector<std::string> messages;
  bool gone = false;
};

/// A market side that keeps requests until the test answers them, and gives slots as the engine does: one per held
/// topic and one per held condition, the lowest free one first.
class ScriptedMarket final : public hub::MarketLink {
 public:
  explicit ScriptedMarket(std::string epoch = {}) : epoch_{std::move(epoch)} {}

  void attach(hub::AttachRequest request) override { requests.push_back(std::move(request)); }
  void release(hub::Release release) override {
    for (const std::string& topic : release.topics) free(slots, topic);
    for (const std::string& condition : release.conditions) free(conditions, condition);
    releases.push_back(std::move(release));
  }

  /// The answer to the oldest open request.
  hub::AttachReply answer() {
    const hub::AttachRequest request = std::move(requests.front());
    requests.erase(requests.begin());
    hub::AttachReply reply;
    reply.serial = request.serial;
    reply.stream = request.stream;
    reply.snapshot.epoch = epoch_;
    reply.snapshot.seq = seq;
    for (const std::string& topic : request.topics) {
      wire::SnapshotColumn column;
      column.id = topic;
      column.slot = slot_of(topic);
      reply.snapshot.columns.push_back(std::move(column));
    }
    if (!request.condition.empty()) reply.snapshot.condition = place_of(conditions, request.condition);
    return reply;
  }

  hub::AttachReply refuse(const std::string& message) {
    hub::AttachReply reply;
    reply.serial = requests.front().serial;
    reply.stream = requests.front().stream;
    reply.error = wire::Error{wire::ErrorCode::LimitExceeded, message, {}};
    requests.erase(requests.begin());
    return reply;
  }

  /// An update that carries every held topic, `{"seq":N,"indicators":{"A":N,...}}`, and the state of every condition.
  wire::UpdatePtr update(wire::StreamId stream, bool closed = false) {
    auto out = std::make_shared<wire::Update>();
    out->stream = stream;
    out->seq = ++seq;
    out->closed = closed;
    out->head = "{\"seq\":" + std::to_string(seq) + ",\"indicators\":{";
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (!slots[i].empty()) {
        out->add_fragment(static_cast<wire::Slot>(i), "\"" + slots[i] + "\":" + std::to_string(seq));
      }
    }
    for (const std::string& condition : conditions) out->conditions.push_back(states[condition]);
    return out;
  }

  wire::Slot slot_of(const std::string& topic) { return place_of(slots, topic); }

  std::vector<hub::AttachRequest> requests;
  std::vector<hub::Release> releases;
  std::vector<std::string> slots;
  std::vector<std::string> conditions;
  std::map<std::string, wire::ConditionState> states;  ///< set by the test; False where it did not
  std::uint64_t seq = 0;

 private:
  static std::uint16_t place_of(std::vector<std::string>& held, const std::string& name) {
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (held[i] == name) return static_cast<std::uint16_t>(i);
    }
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (!held[i].empty()) continue;
      held[i] = name;
      return static_cast<std::uint16_t>(i);
    }
    held.push_back(name);
    return static_cast<std::uint16_t>(held.size() - 1);
  }
  static void free(std::vector<std::string>& held, const std::string& name) {
    for (std::string& one : held) {
      if (one == name) one.clear();
    }
  }

  std::string epoch_;  ///< of every snapshot
};

}  // namespace subd::test
