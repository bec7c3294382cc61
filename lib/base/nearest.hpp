#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace subd::base {

/// Up to `limit` of `candidates` that a person may have meant by `text`, best first: case-insensitive (ASCII) edit
/// distance (adjacent swaps count once) of at most a third of the text's length, and at least 1, plus candidates that
/// `text` is a prefix of. Empty when nothing is close, and for a text of more than 64 bytes; longer candidates are
/// passed over.
/// Cost: a few instructions per letter of every candidate, about 10 ms for 100,000 symbols.
[[nodiscard]] std::vector<std::string_view> nearest(std::string_view text, std::span<const std::string_view> candidates,
                                                    std::size_t limit = 3);

/// `; did you mean RSI?` or `; did you mean RSI or ROC?`, empty for no candidates.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string_view>& candidates);

}  // namespace subd::base
