#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace subd::probe {

/// How far a load run is, for a progress display.
struct LoadProgress {
  enum class Phase : std::uint8_t { Connecting, Measuring, Settling };
  Phase phase = Phase::Connecting;
  std::size_t connected = 0;
  std::size_t tabs = 0;
  std::chrono::milliseconds measured{};
  std::uint64_t messages = 0;
  std::uint64_t violations = 0;
};

/// Told about every second; empty: nobody looks.
using ProgressListener = std::function<void(const LoadProgress&)>;

}  // namespace subd::probe
