#include "feed/open_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "feed/combined_feed.hpp"
#include "feed/kite_feed.hpp"
#include "feed/push_feed.hpp"
#include "feed/replay_feed.hpp"
#include "feed/sim_feed.hpp"
#include "feed/ssi_feed.hpp"

namespace subd::feed {
namespace {

constexpr std::size_t kLongestSymbol = 64;
constexpr double kFastestReplay = 1e6;

bool is_symbol_character(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return std::isgraph(byte) != 0 && c != '"' && c != '\\' && c != ',';
}

std::unique_ptr<FeedSource> open_sim(const Specification& specification, base::UtcTime now) {
  static constexpr std::array<std::string_view, 2> kKeys{"seed", "rate"};
  check_options(specification, kKeys, {});
  SimSettings settings;
  if (const std::string* text = specification.value_of("seed")) {
    const auto seed = base::parse_integer(*text);
    if (!seed || *seed < 0) {
      throw SpecificationError(fmt::format("feed: sim: seed must be an integer from 0, got '{}'", *text));
    }
    settings.seed = static_cast<std::uint64_t>(*seed);
  }
  if (const std::string* text = specification.value_of("rate")) {
    const auto rate = base::parse_number(*text);
    if (!rate || *rate < SimSettings::kLowestRate || *rate > SimSettings::kHighestRate) {
      throw SpecificationError(
          fmt::format("feed: sim: rate must be a number of ticks per second and symbol from {} to {}, got '{}'",
                      SimSettings::kLowestRate, SimSettings::kHighestRate, *text));
    }
    settings.rate = *rate;
  }
  return std::make_unique<SimFeed>(settings, now);
}

/// The file's stem in upper case, as far as a symbol can hold it.
std::string symbol_of_file(const std::string& path) {
  std::string symbol = std::filesystem::path{path}.stem().string().substr(0, kLongestSymbol);
  for (char& c : symbol) {
    c = is_symbol_character(c) ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
  }
  return symbol;
}

/// ` BFO BSE`
std::string names_of(const market::CalendarSet& calendars) {
  std::string names;
  for (const auto& [name, calendar] : calendars.all()) names += " " + name;
  return names;
}

/// How a file plays; `speed` nullopt: as fast as possible.
void read_pace(const Specification& specification, std::optional<double>& speed, bool& loop) {
  loop = specification.has("loop");
  if (const std::string* text = specification.value_of("speed")) {
    const auto factor = *text == "real" ? std::optional{1.0} : base::parse_number(*text);
    if (*text == "max") {
      speed.reset();
    } else if (factor && *factor > 0 && *factor <= kFastestReplay) {
      speed = factor;
    } else {
      throw SpecificationError(
          fmt::format("feed: {}: speed must be real, max or a factor above 0 and up to {:.0f}, got '{}'",
                      specification.kind, kFastestReplay, *text));
    }
  }
  if (loop && !speed) {
    throw SpecificationError(
        fmt::format("feed: {}: loop cannot go with speed=max: it would never end; give a factor", specification.kind));
  }
}

std::unique_ptr<FeedSource> open_replay(const Specification& specification, const market::CalendarSet& calendars,
                                        const market::InstrumentTable& known) {
  static constexpr std::array<std::string_view, 4> kKeys{"symbol", "exchange", "timeframe", "speed"};
  static constexpr std::array<std::string_view, 1> kFlags{"loop"};
  check_options(specification, kKeys, kFlags);
  ReplaySettings settings;
  settings.path = specification.target;
  settings.symbol = symbol_of_file(settings.path);
  if (const std::string* text = specification.value_of("symbol")) {
    if (text->size() > kLongestSymbol || !std::all_of(text->begin(), text->end(), is_symbol_character)) {
      throw SpecificationError(
          fmt::format("feed: replay: symbol must be 1 to {} printable ASCII characters without spaces, quotes and "
                      "backslashes, got '{}'",
                      kLongestSymbol, *text));
    }
    settings.symbol = *text;
  }
  if (const std::string* text = specification.value_of("exchange")) {
    if (calendars.find(*text) == nullptr) {
      throw SpecificationError(
          fmt::format("feed: replay: there is no exchange '{}'; known are 24x7{}", *text, names_of(calendars)));
    }
    settings.exchange = *text;
  }
  if (const std::string* text = specification.value_of("timeframe")) {
    settings.timeframe = market::parse_timeframe(*text);
    if (!settings.timeframe) {
      throw SpecificationError(
          fmt::format("feed: replay: there is no timeframe '{}'; allowed are {}", *text, market::timeframe_list()));
    }
  }
  read_pace(specification, settings.speed, settings.loop);
  return std::make_unique<ReplayFeed>(settings, calendars, known);
}

std::unique_ptr<FeedSource> open_ssi(const Specification& specification, const market::CalendarSet& calendars,
                                     const market::InstrumentTable& known) {
  static constexpr std::array<std::string_view, 1> kKeys{"speed"};
  static constexpr std::array<std::string_view, 1> kFlags{"loop"};
  check_options(specification, kKeys, kFlags);
  SsiSettings settings;
  settings.path = specification.target;
  read_pace(specification, settings.speed, settings.loop);
  return std::make_unique<SsiFeed>(settings, calendars, known);
}

std::unique_ptr<FeedSource> open_push(const Specification& specification, const market::CalendarSet& calendars,
                                      const market::InstrumentTable& known) {
  static constexpr std::array<std::string_view, 3> kKeys{"stale_after", "max_ahead", "late"};
  check_options(specification, kKeys, {});
  PushSettings settings;
  const auto read = [&](std::string_view key, std::chrono::milliseconds least, std::chrono::milliseconds most,
                        std::chrono::milliseconds& out) {
    const std::string* text = specification.value_of(key);
    if (text == nullptr) return;
    const auto duration = base::parse_duration(*text);
    if (!duration || *duration < least || *duration > most) {
      throw SpecificationError(fmt::format("feed: push: {} must be a duration from {} to {}, got '{}'", key,
                                           base::duration_text(least), base::duration_text(most), *text));
    }
    out = *duration;
  };
  using namespace std::chrono_literals;
  read("stale_after", 100ms, 24h, settings.stale_after);
  read("max_ahead", 0ms, 24h, settings.max_ahead);
  read("late", 0ms, 1min, settings.late);
  return std::make_unique<PushFeed>(settings, std::make_shared<const market::InstrumentTable>(known), calendars);
}

std::unique_ptr<FeedSource> open_parsed(const Specification& parsed, base::UtcTime now,
                                        const market::CalendarSet& calendars, const market::InstrumentTable& known) {
  if (parsed.kind == "sim") return open_sim(parsed, now);
  if (parsed.kind == "replay") return open_replay(parsed, calendars, known);
  if (parsed.kind == "ssi") return open_ssi(parsed, calendars, known);
  if (parsed.kind == "push") return open_push(parsed, calendars, known);
  static const base::SystemClock clock;
  return std::make_unique<KiteFeed>(kite_settings(parsed), clock, calendars, known);
}

/// Takes the option `only` out of the specification: `A|B|NSE:*`.
std::vector<std::string> take_claims(Specification& specification) {
  std::vector<std::string> out;
  for (const Specification::Option& option : specification.options) {
    if (option.key != "only") continue;
    for (std::string_view rest = option.value ? *option.value : std::string_view{}; !rest.empty() || out.empty();) {
      const auto bar = rest.find('|');
      out.emplace_back(rest.substr(0, bar));
      if (out.back().empty()) {
        throw SpecificationError(fmt::format(
            "feed: {}: only must be symbols and exchanges with | between them, as in only=RELIANCE|NFO:*, got '{}'",
            specification.kind, option.value.value_or("")));
      }
      rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
    }
  }
  std::erase_if(specification.options, [](const auto& option) { return option.key == "only"; });
  return out;
}

}  // namespace

std::unique_ptr<FeedSource> open_feed(std::string_view specification, base::UtcTime now,
                                      const market::CalendarSet& calendars, const market::InstrumentTable& known) {
  return open_parsed(parse_specification(specification), now, calendars, known);
}

std::unique_ptr<FeedSource> open_feeds(std::span<const std::string> specifications, base::UtcTime now,
                                       const market::CalendarSet& calendars, const market::InstrumentTable& known) {
  std::vector<SourcePart> parts;
  for (const std::string& text : specifications) {
    Specification specification = parse_specification(text);
    std::vector<std::string> only = take_claims(specification);
    auto source = open_parsed(specification, now, calendars, known);
    if (specifications.size() == 1 && only.empty()) return source;
    std::string name =
        specification.target.empty() ? specification.kind : specification.kind + ":" + specification.target;
    for (const SourcePart& other : parts) {
      if (other.name == name) name += fmt::format(" ({})", parts.size() + 1);
    }
    parts.push_back({std::move(name), std::move(source), std::move(only)});
  }
  return std::make_unique<CombinedFeed>(std::move(parts));
}

}  // namespace subd::feed
