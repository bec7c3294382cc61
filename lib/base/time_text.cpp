#include "base/time_text.hpp"

#include <array>
#include <limits>

#include "base/number_text.hpp"

namespace subd::base {
namespace {

using std::chrono::milliseconds;

void append_padded(std::string& out, unsigned value, int width) {
  std::array<char, 4> digits;
  for (int i = width - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

/// Reads from the front of a text; the first failure sticks.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_{text} {}

  int digits(std::size_t count) noexcept {
    int value = 0;
    if (text_.size() < count) return fail();
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return fail();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }

  bool accept(char c) noexcept {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) noexcept {
    if (!accept(c)) ok_ = false;
  }

  int fraction_ms() noexcept {
    int value = 0;
    int scale = 100;
    std::size_t count = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      value += scale * (text_.front() - '0');
      scale /= 10;
      text_.remove_prefix(1);
      ++count;
    }
    return count == 0 ? fail() : value;
  }

  [[nodiscard]] bool done() const noexcept { return text_.empty(); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  int fail() noexcept {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
};

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 6> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

}  // namespace

void append_date(std::string& out, std::chrono::year_month_day date) {
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
}

void append_time(std::string& out, UtcTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  append_date(out, day);
  out += 'T';
  append_padded(out, static_cast<unsigned>(clock.hours().count()), 2);
  out += ':';
  append_padded(out, static_cast<unsigned>(clock.minutes().count()), 2);
  out += ':';
  append_padded(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out += '.';
  append_padded(out, static_cast<unsigned>(clock.subseconds().count()), 3);
  out += 'Z';
}

std::string time_text(UtcTime time) {
  std::string out;
  append_time(out, time);
  return out;
}

std::optional<UtcTime> parse_time(std::string_view text, std::chrono::minutes default_offset) noexcept {
  Cursor in{text};
  const int year = in.digits(4);
  in.expect('-');
  const int month = in.digits(2);
  in.expect('-');
  const int day = in.digits(2);
  if (!in.ok()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  UtcTime time{std::chrono::sys_days{date}};
  if (in.done()) return time - default_offset;

  if (!in.accept('T')) in.expect(' ');
  const int hours = in.digits(2);
  in.expect(':');
  const int minutes = in.digits(2);
  int seconds = 0;
  int millis = 0;
  if (in.accept(':')) {
    seconds = in.digits(2);
    if (in.accept('.')) millis = in.fraction_ms();
  }
  if (!in.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  time +=
      std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds} + milliseconds{millis};
  if (in.done()) return time - default_offset;
  if (in.accept('Z')) return in.done() ? std::optional{time} : std::nullopt;

  const bool east = in.accept('+');
  if (!east) in.expect('-');
  const int offset_hours = in.digits(2);
  in.accept(':');
  const int offset_minutes = in.done() ? 0 : in.digits(2);
  if (!in.ok() || !in.done() || offset_hours > 18 || offset_minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours{offset_hours} + std::chrono::minutes{offset_minutes};
  return east ? time - offset : time + offset;
}

std::string date_text(std::chrono::year_month_day date) {
  std::string out;
  append_date(out, date);
  return out;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept {
  Cursor in{text};
  const std::chrono::year year{in.digits(4)};
  in.expect('-');
  const std::chrono::month month{static_cast<unsigned>(in.digits(2))};
  in.expect('-');
  const std::chrono::year_month_day date{year, month, std::chrono::day{static_cast<unsigned>(in.digits(2))}};
  return in.ok() && in.done() && date.ok() ? std::optional{date} : std::nullopt;
}

std::optional<milliseconds> parse_duration(std::string_view text) noexcept {
  const auto split = text.find_first_not_of("0123456789");
  if (split == 0 || split == std::string_view::npos) return std::nullopt;
  const auto count = parse_integer(text.substr(0, split));
  if (!count) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (unit.name != text.substr(split)) continue;
    if (*count > std::numeric_limits<std::int64_t>::max() / unit.ms / 1'000'000) return std::nullopt;
    return milliseconds{*count * unit.ms};
  }
  return std::nullopt;
}

std::string duration_text(milliseconds duration) {
  for (const Unit& unit : kUnits) {
    if (unit.name == "m" || duration.count() % unit.ms != 0) continue;
    if (duration.count() == 0) break;
    return std::to_string(duration.count() / unit.ms) + std::string{unit.name};
  }
  return "0s";
}

}  // namespace subd::base
