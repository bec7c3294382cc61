#include "fanout/ledger.hpp"

#include <algorithm>
#include <charconv>

namespace subd::bench {
namespace {

/// The number behind `"seq":`; 0 when there is none.
std::uint64_t seq_of(std::string_view text) noexcept {
  constexpr std::string_view kName = "\"seq\":";
  std::uint64_t seq = 0;
  if (const std::size_t at = text.find(kName); at != std::string_view::npos) {
    std::from_chars(text.data() + at + kName.size(), text.data() + text.size(), seq);
  }
  return seq;
}

std::uint16_t stream_of(std::string_view text) noexcept {
  constexpr std::string_view kName = "\"symbol\":\"B";
  std::uint16_t stream = 0;
  if (const std::size_t at = text.find(kName); at != std::string_view::npos) {
    std::from_chars(text.data() + at + kName.size(), text.data() + text.size(), stream);
  }
  return stream;
}

}  // namespace

Ledger::Ledger(const Plan& plan, Source source, Windows& windows)
    : source_{source}, windows_{windows}, tabs_(plan.tabs.size()), newest_(plan.streams) {
  for (std::size_t tab = 0; tab < plan.tabs.size(); ++tab) {
    for (const Take& take : plan.tabs[tab]) {
      tabs_[tab].push_back({take.stream, true, source == Source::MadeUp, take.bytes, 0, ViewCheck{take.view}});
    }
  }
}

Ledger::Held* Ledger::find(std::size_t tab, std::uint16_t stream) noexcept {
  for (Held& held : tabs_[tab]) {
    if (held.stream == stream) return &held;
  }
  return nullptr;
}

void Ledger::add(std::size_t tab, const Take& take) {
  tabs_[tab].push_back({take.stream, false, false, take.bytes, 0, ViewCheck{take.view}});
}

void Ledger::market_message(std::size_t tab, std::string_view text, double now_us) {
  const bool made_up = source_ == Source::MadeUp;
  const auto message = made_up ? read_cut_message(text) : read_market_message(text);
  if (!message) {
    ++counts.malformed;
    return;
  }
  Held* held = find(tab, message->stream);
  if (held == nullptr || !held->begun) {
    ++counts.foreign;
    return;
  }
  if (made_up ? text.size() != held->bytes : !held->check.holds(message->indicators)) {
    ++(made_up ? counts.malformed : counts.foreign);
  }
  ++counts.messages;
  counts.bytes += text.size();
  ++held->messages;
  held->message_bytes += text.size();
  note_number(*held, *message);
  if (message->sent_us <= now_us) latency_us.record(static_cast<std::uint64_t>(now_us - message->sent_us));
}

void Ledger::note_number(Held& held, const MarketMessage& message) {
  newest_[held.stream] = std::max(newest_[held.stream], message.seq);
  if (message.seq <= held.seq) {
    ++counts.repeated;
    return;
  }
  const std::uint64_t step = message.seq - held.seq;
  held.seq = message.seq;
  // Among ticks a closed bar is history, or the end of a day: not what was published just now.
  const bool published = source_ != Source::Ticks || !message.closed;
  (published && source_ == Source::Ticks ? counts.conflated : counts.lost) += step - 1;
  if (held.awaited && published) windows_.delivered(held.stream, step);
}

void Ledger::reply(std::size_t tab, std::string_view text) {
  ++counts.replies;
  if (text.starts_with(R"({"type":"snapshot")")) {
    if (Held* held = find(tab, stream_of(text))) {
      held->begun = true;
      held->seq = seq_of(text);
    } else {
      ++counts.foreign;
    }
  } else if (text.starts_with(R"({"type":"unsubscribed")")) {
    const std::uint16_t stream = stream_of(text);
    if (std::erase_if(tabs_[tab], [stream](const Held& held) { return held.stream == stream; }) == 0) ++counts.foreign;
  }
}

void Ledger::tell_lengths(Plan& plan) const {
  for (std::size_t tab = 0; tab < tabs_.size(); ++tab) {
    for (std::size_t i = 0; i < plan.tabs[tab].size(); ++i) {
      const Held& held = tabs_[tab][i];
      if (held.messages > 0) plan.tabs[tab][i].bytes = static_cast<std::uint32_t>(held.message_bytes / held.messages);
    }
  }
}

std::uint64_t Ledger::behind() const {
  std::uint64_t out = 0;
  for (const auto& tab : tabs_) {
    for (const Held& held : tab) out += held.begun && held.awaited && held.seq != newest_[held.stream] ? 1 : 0;
  }
  return out;
}

void Ledger::clear_counts() {
  counts = {};
  latency_us.clear();
  for (auto& tab : tabs_) {
    for (Held& held : tab) held.messages = held.message_bytes = 0;
  }
}

}  // namespace subd::bench
