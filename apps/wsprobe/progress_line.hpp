#pragma once

#include "probe/load_progress.hpp"

namespace subd::wsprobe {

/// The progress of a run on standard error: one line that rewrites itself on a terminal, a line every second elsewhere.
///
/// Threads: one owner. The listener is used while the line lives.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);

  /// Empty when quiet.
  [[nodiscard]] const probe::ProgressListener& listener() const noexcept { return listener_; }
  /// Leaves a terminal as if nothing had been shown.
  void erase();

 private:
  bool terminal_;
  probe::ProgressListener listener_;
};

}  // namespace subd::wsprobe
