#include "market/instrument_search.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "base/nearest.hpp"

namespace subd::market {
namespace {

enum class Rank : std::uint8_t { Exact, Prefix, Words, None };

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same(char a, char b) noexcept {
  return lower(a) == lower(b);
}

bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), same);
}

bool is_letter_or_digit(char c) noexcept {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// A word begins where a letter or digit follows something else.
bool has_word(std::string_view text, std::string_view prefix) noexcept {
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool letter = is_letter_or_digit(text[i]);
    if (letter && !inside && starts_with(text.substr(i), prefix)) return true;
    inside = letter;
  }
  return false;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_letter_or_digit(text[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && is_letter_or_digit(text[i])) ++i;
    words.push_back(text.substr(start, i - start));
  }
  return words;
}

Rank rank_of(const Instrument& instrument, std::string_view text, const std::vector<std::string_view>& words) {
  if (text.empty()) return Rank::Words;
  Rank best = Rank::None;
  const auto consider = [&](std::string_view name) {
    if (!starts_with(name, text)) return;
    best = std::min(best, name.size() == text.size() ? Rank::Exact : Rank::Prefix);
  };
  consider(instrument.symbol);
  for (const std::string& alias : instrument.aliases) consider(alias);
  // EXCHANGE:SYMBOL, or as much of it as there is.
  const auto colon = text.find(':');
  if (colon == instrument.exchange.size() && starts_with(text, instrument.exchange)) {
    const std::string_view rest = text.substr(colon + 1);
    if (starts_with(instrument.symbol, rest)) {
      best = std::min(best, instrument.symbol.size() == rest.size() ? Rank::Exact : Rank::Prefix);
    }
  }
  if (best != Rank::None || words.empty()) return best;
  const bool all = std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    return has_word(instrument.symbol, word) || has_word(instrument.name, word);
  });
  return all ? Rank::Words : Rank::None;
}

bool passes(const Instrument& instrument, const InstrumentQuery& query) {
  return (query.exchange.empty() || instrument.exchange == query.exchange) &&
         (!query.type || instrument.type == *query.type);
}

std::vector<InstrumentId> nearest_of(const InstrumentTable& table, const InstrumentQuery& query) {
  std::vector<std::string_view> symbols;
  for (const Instrument& instrument : table.all()) {
    if (passes(instrument, query)) symbols.push_back(instrument.symbol);
  }
  std::vector<InstrumentId> out;
  for (const std::string_view symbol : base::nearest(query.text, symbols, query.limit)) {
    out.push_back(*table.find(symbol));
  }
  return out;
}

}  // namespace

std::vector<InstrumentId> search(const InstrumentTable& table, const InstrumentQuery& query) {
  struct Match {
    Rank rank;
    InstrumentId id;
  };
  const std::vector<std::string_view> words = words_of(query.text);
  std::vector<Match> matches;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Instrument& instrument = table.all()[i];
    if (!passes(instrument, query)) continue;
    const Rank rank = rank_of(instrument, query.text, words);
    if (rank != Rank::None) matches.push_back({rank, InstrumentId{static_cast<std::uint32_t>(i)}});
  }
  if (matches.empty()) return nearest_of(table, query);
  const auto before = [&table](const Match& a, const Match& b) {
    const auto key = [&table](const Match& match) {
      const Instrument& instrument = table[match.id];
      const auto expiry = instrument.expiry.value_or(std::chrono::year_month_day{});
      return std::tuple{match.rank, instrument.type, expiry, instrument.symbol.size(),
                        std::string_view{instrument.symbol}};
    };
    return key(a) < key(b);
  };
  const std::size_t kept = std::min(query.limit, matches.size());
  std::partial_sort(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(kept), matches.end(), before);
  std::vector<InstrumentId> out;
  for (std::size_t i = 0; i < kept; ++i) out.push_back(matches[i].id);
  return out;
}

}  // namespace subd::market
