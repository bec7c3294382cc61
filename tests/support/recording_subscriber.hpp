#pragma once

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
/// topic, the lowest free one first.
class ScriptedMarket final : public hub::MarketLink {
 public:
  void attach(hub::AttachRequest request) override { requests.push_back(std::move(request)); }
  void release(hub::Release release) override {
    for (const std::string& topic : release.topics) {
      for (std::string& held : slots) {
        if (held == topic) held.clear();
      }
    }
    releases.push_back(std::move(release));
  }

  /// The answer to the oldest open request.
  hub::AttachReply answer() {
    const hub::AttachRequest request = std::move(requests.front());
    requests.erase(requests.begin());
    hub::AttachReply reply;
    reply.serial = request.serial;
    reply.stream = request.stream;
    reply.snapshot.seq = seq;
    for (const std::string& topic : request.topics) {
      wire::SnapshotColumn column;
      column.id = topic;
      column.slot = slot_of(topic);
      reply.snapshot.columns.push_back(std::move(column));
    }
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

  /// An update that carries every held topic: `{"seq":N,"indicators":{"A":N,...}}`.
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
    return out;
  }

  wire::Slot slot_of(const std::string& topic) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] == topic) return static_cast<wire::Slot>(i);
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].empty()) {
        slots[i] = topic;
        return static_cast<wire::Slot>(i);
      }
    }
    slots.push_back(topic);
    return static_cast<wire::Slot>(slots.size() - 1);
  }

  std::vector<hub::AttachRequest> requests;
  std::vector<hub::Release> releases;
  std::vector<std::string> slots;
  std::uint64_t seq = 0;
};

}  // namespace subd::test
