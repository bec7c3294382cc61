#include "feed/feed_source.hpp"

namespace subd::feed {

std::string_view upstream_state_name(UpstreamState state) noexcept {
  switch (state) {
    case UpstreamState::Live:
      return "live";
    case UpstreamState::Stale:
      return "stale";
    case UpstreamState::Down:
      break;
  }
  return "down";
}

}  // namespace subd::feed
