#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace subd::wire {

/// A stored signal, serialised once for everybody who gets it.
struct Signal {
  std::uint64_t position = 0;  ///< in the order in which signals were stored; never used twice
  std::string id;
  bool premium = false;
  std::string message;  ///< `{"type":"signal",...}`
};

using SignalPtr = std::shared_ptr<const Signal>;

}  // namespace subd::wire
