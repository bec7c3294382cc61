#pragma once

#include <termios.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "subctl/table.hpp"

namespace subd::subctl {

struct TerminalSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

/// Of standard output; 24 x 80 where it is no terminal or does not know.
[[nodiscard]] TerminalSize terminal_size();

/// For tables: the terminal's width and bold titles (unless NO_COLOR is set), or no limit and no colours.
[[nodiscard]] TableStyle output_style();

/// True when standard input and output are a terminal that can move its cursor.
[[nodiscard]] bool is_interactive();

/// What ended a wait for the operator.
enum class TerminalEvent : std::uint8_t { Key, Resized, Signal, Elapsed };

/// The whole screen for one program: keys without Enter, no echo, the previous contents back at the end.
///
/// The terminal is restored by the destructor, and before the process is stopped (Ctrl-Z) or ended by SIGINT, SIGTERM,
/// SIGHUP or SIGQUIT: those are caught and reported by wait(), then raise_pending() lets them act. One object at a
/// time.
class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// Draws `lines` from the top; everything below is cleared. Lines must fit the terminal.
  void draw(const std::vector<std::string>& lines) const;

  [[nodiscard]] TerminalEvent wait(std::chrono::milliseconds limit);
  /// The key of the last TerminalEvent::Key; 0 at the end of input.
  [[nodiscard]] char key() const { return key_; }

  /// After TerminalEvent::Signal: restores the terminal and raises the signal again with its default effect. Returns
  /// only from a stop (SIGTSTP), with the screen taken again.
  void raise_pending();

 private:
  void take();
  void restore() const;

  termios before_{};
  int pending_signal_ = 0;
  char key_ = 0;
};

}  // namespace subd::subctl
