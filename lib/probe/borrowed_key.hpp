#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "probe/http_client.hpp"
#include "probe/problem.hpp"

namespace subd::probe {

/// Asks the control socket of the server under test; a Problem when there is none. Blocks.
using ControlDoor = std::function<base::Result<HttpReply, Problem>(const HttpRequest& request)>;

/// An API key that was made for a run and is removed with this object, unless the server is gone by then.
class BorrowedKey {
 public:
  /// A key with the role. `control` outlives it.
  [[nodiscard]] static base::Result<BorrowedKey, Problem> borrow(const ControlDoor& control, const std::string& role);
  BorrowedKey(BorrowedKey&& other) noexcept;
  BorrowedKey& operator=(BorrowedKey&&) = delete;
  ~BorrowedKey();

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  BorrowedKey(const ControlDoor& control, std::string text, std::string id);

  const ControlDoor* control_;  // null: moved from
  std::string text_;
  std::string id_;
};

}  // namespace subd::probe
