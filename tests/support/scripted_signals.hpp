#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hub/signal_hub.hpp"

namespace subd::test {

inline wire::SignalPtr signal(std::uint64_t position, bool premium = false) {
  const std::string id = "sig_" + std::to_string(position);
  return std::make_shared<const wire::Signal>(
      wire::Signal{position, id, premium, R"({"type":"signal","id":")" + id + "\"}"});
}

/// A store of signals that keeps questions until the test answers them.
class ScriptedSignals final : public hub::SignalLink {
 public:
  void ask(std::vector<hub::SignalAsk> questions) override {
    ++calls;
    for (hub::SignalAsk& question : questions) asks.push_back(std::move(question));
  }

  /// The replies to everything that was asked, each with that standing and replay.
  std::vector<hub::SignalReply> answers(const hub::SignalStanding& standing, std::vector<wire::SignalPtr> replay = {}) {
    std::vector<hub::SignalReply> out;
    for (const hub::SignalAsk& one : std::exchange(asks, {})) out.push_back({one.serial, standing, replay, {}, {}});
    return out;
  }

  int calls = 0;
  std::vector<hub::SignalAsk> asks;
};

inline const hub::SignalStanding kStarter{"STARTER", false, true};
inline const hub::SignalStanding kProfessional{"PROFESSIONAL", true, true};

}  // namespace subd::test
