#include "feed/kite_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace subd::feed {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 6> kNames{"idle", "connecting", "live", "mute", "refused", "backoff"};

constexpr bool is_refusal(int http_status) noexcept {
  return http_status == 400 || http_status == 401 || http_status == 403;
}

double seconds(milliseconds time) noexcept {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::string_view link_state_name(LinkState state) noexcept {
  return kNames[static_cast<std::size_t>(state)];
}

KiteLink::KiteLink(const base::Clock& clock, std::uint32_t seed, Timing timing)
    : clock_{clock}, timing_{timing}, random_{seed}, since_{clock.utc_now()} {}

void KiteLink::enter(LinkState state) {
  state_ = state;
  since_ = clock_.utc_now();
}

void KiteLink::enable() {
  if (state_ != LinkState::Idle) return;
  enter(LinkState::Backoff);
  due_ = clock_.mono_now();
}

void KiteLink::retry_refused() {
  if (state_ == LinkState::Refused) due_ = clock_.mono_now();
}

std::optional<base::MonoTime> KiteLink::due() const noexcept {
  if (state_ == LinkState::Idle) return std::nullopt;
  if (!open_) return due_;
  return last_heard_ + (state_ == LinkState::Mute ? timing_.cut_after : timing_.mute_after);
}

KiteLink::Action KiteLink::step() {
  const base::MonoTime now = clock_.mono_now();
  if (const auto next = due(); !next || now < *next) return Action::None;
  switch (state_) {
    case LinkState::Backoff:
    case LinkState::Refused:
      enter(LinkState::Connecting);
      due_ = now + timing_.connect_limit;
      return Action::Connect;
    case LinkState::Connecting:
      if (open_) {
        enter(LinkState::Mute);
        return Action::None;
      }
      lose(fmt::format("not connected within {} s", seconds(timing_.connect_limit)));
      return Action::Cut;
    case LinkState::Live:
      enter(LinkState::Mute);
      return Action::None;
    case LinkState::Mute:
      lose(fmt::format("connected, but silent for {} s", seconds(timing_.cut_after)));
      return Action::Cut;
    case LinkState::Idle:
      break;
  }
  return Action::None;
}

void KiteLink::opened() {
  if (state_ != LinkState::Connecting) return;
  open_ = true;
  ++connections_;
  last_heard_ = live_since_ = clock_.mono_now();
}

void KiteLink::heard() {
  if (!open_) return;
  const base::MonoTime now = clock_.mono_now();
  if (state_ != LinkState::Live) {
    enter(LinkState::Live);
    live_since_ = now;
  }
  last_heard_ = now;
  last_message_ = clock_.utc_now();
}

void KiteLink::ended(int http_status, std::string why) {
  if (state_ != LinkState::Connecting && !open_) return;
  if (!is_refusal(http_status)) return lose(std::move(why));
  open_ = false;
  why_ = std::move(why);
  enter(LinkState::Refused);
  due_ = clock_.mono_now() + timing_.refused_delay;
}

void KiteLink::lose(std::string why) {
  const base::MonoTime now = clock_.mono_now();
  if (state_ == LinkState::Live && now - live_since_ >= timing_.stable_after) failures_ = 0;
  open_ = false;
  why_ = std::move(why);
  enter(LinkState::Backoff);
  constexpr std::uint32_t kDoublings = 10;
  const milliseconds least =
      std::min(timing_.first_delay * (1 << std::min(failures_, kDoublings)), timing_.longest_delay);
  ++failures_;
  std::uniform_int_distribution<std::int64_t> jitter{0, least.count() / 2};
  due_ = now + std::min(least + milliseconds{jitter(random_)}, timing_.longest_delay);
}

bool KiteLink::is_lost() const noexcept {
  switch (state_) {
    case LinkState::Idle:
    case LinkState::Live:
    case LinkState::Mute:
      return false;
    default:
      return !why_.empty();
  }
}

}  // namespace subd::feed
