#include "probe/tick_universe.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "probe/tab.hpp"
#include "probe/tick_message.hpp"
#include "probe/tick_request.hpp"
#include "probe/tick_tabs.hpp"

namespace subd::probe {

namespace {

constexpr std::chrono::milliseconds kAnswerLimit{30'000};
constexpr std::chrono::milliseconds kCloseLimit{3000};

class Scout final : public TabObserver {
 public:
  Scout(Loop& loop, const std::vector<std::string>& symbols) : symbols_{symbols}, tab_{loop, *this} {}

  void connect(const Endpoint& endpoint, const TabToken& token) {
    tab_.connect(endpoint, kTickPath, token.token, kAnswerLimit);
  }
  void close() { tab_.close(); }

  void on_message(std::string_view text, base::MonoTime) override {
    TickMessage message;
    if (is_done() || !parse_tick_message(text, message).empty()) return;
    if (message.type == TickMessageType::Connected) {
      tab_.send(
          tick_request_text({.kind = TickRequestKind::Subscribe, .id = 1, .symbols = symbols_, .mode = TickMode::Ltp}));
    } else if (message.type == TickMessageType::Error) {
      refusal_ = std::string{message.code} + ": " + std::string{message.text};
    } else if (message.type == TickMessageType::Subscribed) {
      take(message.instruments);
    }
  }

  void on_end(const TabEnd& end) override { end_ = end; }

  [[nodiscard]] bool is_done() const noexcept { return end_ || refusal_ || !tokens_.empty(); }
  [[nodiscard]] bool is_ended() const noexcept { return end_.has_value(); }
  [[nodiscard]] const std::vector<std::uint32_t>& tokens() const noexcept { return tokens_; }
  [[nodiscard]] RunProblem problem() const {
    if (refusal_) return {RunProblem::Kind::Unavailable, "the server refused the symbols, " + *refusal_};
    if (end_) return {RunProblem::Kind::Unavailable, end_->describe()};
    return {RunProblem::Kind::Timeout, "no reply to a subscription within 30 s"};
  }

 private:
  void take(std::string_view instruments) {
    const auto listed = parse_instruments(instruments);
    if (!listed || listed->empty()) {
      refusal_ = "with a reply that lists no instrument";
      return;
    }
    for (const ListedInstrument& one : *listed) tokens_.push_back(one.token);
    std::sort(tokens_.begin(), tokens_.end());
    tokens_.erase(std::unique(tokens_.begin(), tokens_.end()), tokens_.end());
  }

  const std::vector<std::string>& symbols_;
  std::vector<std::uint32_t> tokens_;
  std::optional<std::string> refusal_;
  std::optional<TabEnd> end_;
  Tab tab_;
};

}  // namespace

base::Result<std::vector<std::uint32_t>, RunProblem> tokens_of(Loop& loop, const Endpoint& endpoint,
                                                               const TabToken& token,
                                                               const std::vector<std::string>& symbols) {
  Scout scout{loop, symbols};
  scout.connect(endpoint, token);
  loop.run_until([&] { return scout.is_done(); }, kAnswerLimit);
  if (loop.interrupted()) return RunProblem{RunProblem::Kind::Interrupted, "interrupted while connecting"};
  if (scout.tokens().empty()) {
    RunProblem problem = scout.problem();
    problem.text = endpoint.url(kTickPath) + ": " + problem.text;
    return problem;
  }
  scout.close();
  loop.run_until([&] { return scout.is_ended(); }, kCloseLimit);
  return scout.tokens();
}

}  // namespace subd::probe
