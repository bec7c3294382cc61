#include "base/nearest.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace subd::base {
namespace {

/// As many letters as a machine word has bits; a longer name is near to nothing.
constexpr std::size_t kLongest = 64;

unsigned char lower(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + ('a' - 'A')) : byte;
}

/// Optimal string alignment distance from one text to many, a column of the table at a time as bits of a word (Hyyrö,
/// "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003): a candidate costs a few
/// instructions per letter and no allocation, because a table may have 100,000 of them.
class Wanted {
 public:
  /// REQUIRES: 1 to kLongest letters.
  explicit Wanted(std::string_view text) noexcept : size_{text.size()} {
    for (std::size_t i = 0; i < size_; ++i) places_[lower(text[i])] |= std::uint64_t{1} << i;
  }

  [[nodiscard]] std::size_t distance(std::string_view other) const noexcept {
    const std::uint64_t last = std::rotl(std::uint64_t{1}, static_cast<int>(size_) - 1);
    std::uint64_t up = ~std::uint64_t{0};  // where the column grows from one row to the next
    std::uint64_t down = 0;                // where it falls
    std::uint64_t same = 0;                // where it is what the diagonal was
    std::uint64_t places_before = 0;
    std::size_t score = size_;
    for (const char c : other) {
      const std::uint64_t places = places_[lower(c)];
      const std::uint64_t swapped = ((~same & places) << 1U) & places_before;
      same = (((places & up) + up) ^ up) | places | down | swapped;
      std::uint64_t right_up = down | ~(same | up);
      std::uint64_t right_down = same & up;
      if ((right_up & last) != 0) ++score;
      if ((right_down & last) != 0) --score;
      right_up = (right_up << 1U) | 1U;
      right_down <<= 1U;
      up = right_down | ~(same | right_up);
      down = right_up & same;
      places_before = places;
    }
    return score;
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, 256> places_{};  // by letter: its places in the text
};

bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::vector<std::string_view> nearest(std::string_view text, std::span<const std::string_view> candidates,
                                      std::size_t limit) {
  if (text.empty() || text.size() > kLongest || limit == 0) return {};
  struct Scored {
    std::size_t score;
    std::string_view candidate;
  };
  const Wanted wanted{text};
  const std::size_t reach = std::max<std::size_t>(1, text.size() / 3);
  std::vector<Scored> best;  // in order, `limit` at most
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    std::size_t score = reach + 1;
    // Every letter that one has more than the other costs an edit.
    if (candidate.size() <= text.size() + reach && text.size() <= candidate.size() + reach) {
      score = std::min(score, wanted.distance(candidate));
    }
    if (score > reach && (text.size() < 2 || !starts_with(candidate, text))) continue;
    if (best.size() == limit && best.back().score <= score) continue;
    const auto place = std::upper_bound(best.begin(), best.end(), score,
                                        [](std::size_t value, const Scored& held) { return value < held.score; });
    best.insert(place, {score, candidate});
    if (best.size() > limit) best.pop_back();
  }
  std::vector<std::string_view> out;
  out.reserve(best.size());
  for (const Scored& scored : best) out.push_back(scored.candidate);
  return out;
}

std::string did_you_mean(const std::vector<std::string_view>& candidates) {
  if (candidates.empty()) return {};
  std::string out = "; did you mean ";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i > 0) out += i + 1 == candidates.size() ? " or " : ", ";
    out += candidates[i];
  }
  return out += '?';
}

}  // namespace subd::base
