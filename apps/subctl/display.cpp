#include "subctl/display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/time_text.hpp"

namespace subd::subctl {
namespace {

bool continues_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

const Json* find(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string{key});
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string safe;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool second_of_c1 = byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (second_of_c1) ++at;
    safe += second_of_c1 || byte < 0x20 || byte == 0x7F ? '?' : text[at];
  }
  return safe;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues_code_point(byte); }));
}

std::string clipped(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t columns = 0; end < text.size(); ++end) {
    if (!continues_code_point(text[end]) && columns++ == width - 1) break;
  }
  return std::string{text.substr(0, end)} + "…";
}

std::string duration_display(std::chrono::milliseconds duration) {
  const std::int64_t ms = std::max<std::int64_t>(duration.count(), 0);
  const std::int64_t seconds = ms / 1000;
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m {}s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{}h {}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d {}h", seconds / 86'400, seconds / 3600 % 24);
}

std::string bytes_display(double bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string number_display(double number) {
  return fmt::format("{:.6g}", number);
}

std::string text_at(const Json& object, std::string_view key) {
  const Json* value = find(object, key);
  if (value == nullptr) return "-";
  if (value->is_string()) {
    const std::string text = safe_text(value->get_ref<const std::string&>());
    return text.empty() ? "-" : text;
  }
  if (value->is_boolean()) return value->get<bool>() ? "yes" : "no";
  if (value->is_number_float()) return number_display(value->get<double>());
  return safe_text(value->dump());
}

double number_at(const Json& object, std::string_view key) {
  const Json* value = find(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : 0.0;
}

std::string bytes_at(const Json& object, std::string_view key) {
  return find(object, key) == nullptr ? "-" : bytes_display(number_at(object, key));
}

std::string age_at(const Json& object, std::string_view key, base::UtcTime now) {
  const Json* value = find(object, key);
  if (value == nullptr || !value->is_string()) return "-";
  const auto time = base::parse_time(value->get_ref<const std::string&>());
  if (!time) return "-";
  return now <= *time ? "now" : duration_display(now - *time) + " ago";
}

const Json& list_at(const Json& object, std::string_view key) {
  static const Json kEmpty = Json::array();
  const Json* value = find(object, key);
  return value != nullptr && value->is_array() ? *value : kEmpty;
}

const Json& object_at(const Json& object, std::string_view key) {
  static const Json kEmpty = Json::object();
  const Json* value = find(object, key);
  return value != nullptr && value->is_object() ? *value : kEmpty;
}

std::string value_display(const Json& value) {
  if (value.is_number()) return number_display(value.get<double>());
  if (!value.is_object()) return "-";
  std::string text;
  for (const auto& [name, output] : value.items()) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", safe_text(name), value_display(output));
  }
  return text;
}

std::string stream_display(const Json& stream) {
  std::string indicators;
  for (const Json& indicator : list_at(stream, "indicators")) {
    if (!indicators.empty()) indicators += ", ";
    indicators += indicator.is_string() ? safe_text(indicator.get_ref<const std::string&>()) : "-";
  }
  const std::string name = text_at(stream, "symbol") + " " + text_at(stream, "timeframe");
  return indicators.empty() ? name : fmt::format("{} ({})", name, indicators);
}

}  // namespace subd::subctl
