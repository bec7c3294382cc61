#include "base/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace subd::base {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Optimal string alignment distance; three rolling rows.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::vector<std::string_view> nearest(std::string_view text, std::span<const std::string_view> candidates,
                                      std::size_t limit) {
  // A hostile name of many kilobytes must not buy quadratic work.
  if (text.empty() || text.size() > 64) return {};
  struct Scored {
    std::size_t score;
    std::string_view candidate;
  };
  const std::string wanted = lower(text);
  const std::size_t reach = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<Scored> scored;
  for (const std::string_view candidate : candidates) {
    const std::string other = lower(candidate);
    if (other.size() > 64) continue;
    const std::size_t d = distance(wanted, other);
    if (d <= reach) {
      scored.push_back({d, candidate});
    } else if (wanted.size() >= 2 && other.starts_with(wanted)) {
      scored.push_back({reach + 1, candidate});
    }
  }
  std::stable_sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
  std::vector<std::string_view> out;
  for (const Scored& s : scored) {
    if (out.size() == limit) break;
    out.push_back(s.candidate);
  }
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
