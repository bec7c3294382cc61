#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace subd::feed {

/// The rows of a file that were left out: all are counted, the first of them are told.
class RowProblems {
 public:
  static constexpr std::size_t kShown = 20;

  struct Problem {
    std::size_t line = 0;  ///< of the file, from 1
    std::string message;   ///< names the field, the value and what is allowed
  };

  void add(std::size_t line, std::string message) {
    ++count_;
    if (shown_.size() < kShown) shown_.push_back({line, std::move(message)});
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// In order of line; kShown at most.
  [[nodiscard]] const std::vector<Problem>& shown() const noexcept { return shown_; }

 private:
  std::size_t count_ = 0;
  std::vector<Problem> shown_;
};

}  // namespace subd::feed
