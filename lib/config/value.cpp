#include "config/value.hpp"

#include <algorithm>
#include <cmath>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"
#include "base/utf8_prefix.hpp"

namespace subd::config {
namespace {

using Refusal = std::optional<std::string>;

constexpr std::size_t kShownBytes = 80;
constexpr std::size_t kSuggestBytes = 64;
constexpr std::string_view kEndpointRule =
    "must be ADDRESS:PORT with a literal address, such as \"127.0.0.1:8081\" or \"[::1]:8081\"";

std::string quoted(std::string_view text) {
  std::string out;
  base::append_json_string(out, text);
  return out;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string choices_refusal(const Key& key, std::string_view text) {
  std::string refusal = "must be " + key.allowed();
  if (text.size() <= kSuggestBytes) refusal += base::did_you_mean(base::nearest(text, key.choices));
  return refusal;
}

/// Applies a raw value to the slot of its key; one overload for each type of slot.
struct Assigner {
  const Key& key;
  const RawValue& raw;

  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&raw.value); }

  [[nodiscard]] std::optional<std::int64_t> integer(bool with_unit) const {
    if (const auto* number = std::get_if<std::int64_t>(&raw.value)) return *number;
    if (text() == nullptr) return std::nullopt;
    if (with_unit) return parse_size(*text());
    return raw.as_text ? base::parse_integer(*text()) : std::nullopt;
  }

  [[nodiscard]] bool in_range(std::int64_t number) const {
    return number >= key.range.least && number <= key.range.most;
  }

  [[nodiscard]] bool is_choice(std::string_view item) const {
    return std::find(key.choices.begin(), key.choices.end(), item) != key.choices.end();
  }

  Refusal operator()(Endpoint* slot) const {
    const auto endpoint = text() == nullptr ? std::nullopt : parse_endpoint(*text());
    if (!endpoint) return std::string{kEndpointRule};
    *slot = *endpoint;
    return std::nullopt;
  }

  Refusal operator()(std::optional<Endpoint>* slot) const {
    if (text() != nullptr && text()->empty()) {
      slot->reset();
      return std::nullopt;
    }
    Endpoint endpoint;
    if ((*this)(&endpoint)) return std::string{kEndpointRule} + ", or empty";
    *slot = std::move(endpoint);
    return std::nullopt;
  }

  Refusal operator()(std::uint32_t* slot) const {
    const auto number = integer(false);
    if (!key.choices.empty()) {
      const std::string text = number ? std::to_string(*number) : std::string{};
      if (!is_choice(text)) return "must be " + key.allowed();
      *slot = static_cast<std::uint32_t>(*number);
      return std::nullopt;
    }
    if (!number || !in_range(*number)) return "must be an integer from " + key.allowed();
    *slot = static_cast<std::uint32_t>(*number);
    return std::nullopt;
  }

  Refusal operator()(std::size_t* slot) const {
    const auto bytes = integer(true);
    if (!bytes || !in_range(*bytes)) {
      return "must be a size from " + key.allowed() + " bytes, as an integer or such as \"64KiB\" or \"1MiB\"";
    }
    *slot = static_cast<std::size_t>(*bytes);
    return std::nullopt;
  }

  Refusal operator()(double* slot) const {
    std::optional<double> number;
    if (const auto* real = std::get_if<double>(&raw.value)) number = *real;
    if (const auto* whole = std::get_if<std::int64_t>(&raw.value)) number = static_cast<double>(*whole);
    if (raw.as_text && text() != nullptr) number = base::parse_number(*text());
    if (!number ||
        !(*number >= static_cast<double>(key.range.least) && *number <= static_cast<double>(key.range.most))) {
      return "must be a number from " + key.allowed();
    }
    *slot = *number;
    return std::nullopt;
  }

  Refusal operator()(Duration* slot) const {
    const auto duration = text() == nullptr ? std::nullopt : base::parse_duration(*text());
    if (!duration || !in_range(duration->count())) {
      return "must be a duration from " + key.allowed() + ", such as " + key.default_text();
    }
    *slot = *duration;
    return std::nullopt;
  }

  Refusal operator()(bool* slot) const {
    if (const auto* boolean = std::get_if<bool>(&raw.value)) {
      *slot = *boolean;
      return std::nullopt;
    }
    if (raw.as_text && text() != nullptr && (*text() == "true" || *text() == "false")) {
      *slot = *text() == "true";
      return std::nullopt;
    }
    return "must be true or false";
  }

  Refusal operator()(std::string* slot) const {
    if (text() == nullptr) return "must be a string";
    if (has_control_character(*text())) return "must not contain control characters";
    if (!key.choices.empty() && !is_choice(*text())) return choices_refusal(key, *text());
    *slot = *text();
    return std::nullopt;
  }

  Refusal operator()(FeedSources* slot) const {
    // No commas split a text here: options of a feed have them.
    std::vector<std::string> items;
    if (text() != nullptr) items.push_back(*text());
    if (const auto* list = std::get_if<std::vector<std::string>>(&raw.value)) items = *list;
    if (items.empty()) return R"(must be a string or a list of strings, such as "sim")";
    for (const std::string& item : items) {
      if (item.empty()) return R"(must name a feed, such as "sim")";
      if (has_control_character(item)) return "must not contain control characters";
    }
    slot->items = std::move(items);
    return std::nullopt;
  }

  /// A list as it is, or a text of a source that has only text, split at its commas.
  [[nodiscard]] std::optional<std::vector<std::string>> list() const {
    if (const auto* items = std::get_if<std::vector<std::string>>(&raw.value)) return *items;
    if (!raw.as_text || text() == nullptr) return std::nullopt;
    std::vector<std::string> items;
    // An empty text names none, as an empty list does, unless there is something to choose.
    for (std::string_view rest = *text(); !rest.empty() || !key.choices.empty();) {
      const auto comma = rest.find(',');
      items.emplace_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    return items;
  }

  Refusal operator()(std::vector<base::IpNetwork>* slot) const {
    constexpr std::string_view kNetworks =
        "networks, such as \"10.0.0.0/8\" or \"::1\", without a bit behind the prefix";
    const auto items = list();
    if (!items) return "must be a list of " + std::string{kNetworks};
    std::vector<base::IpNetwork> networks;
    for (const std::string& item : *items) {
      const auto network = base::IpNetwork::parse(item);
      if (!network)
        return "must be a list of " + std::string{kNetworks} + "; " + quoted(base::utf8_prefix(item, kShownBytes)) +
               " is none";
      if (std::find(networks.begin(), networks.end(), *network) != networks.end()) {
        return "must not name " + network->text() + " twice";
      }
      networks.push_back(*network);
    }
    *slot = std::move(networks);
    return std::nullopt;
  }

  Refusal operator()(std::vector<std::string>* slot) const {
    auto found = list();
    if (!found) return "must be a list of strings";
    std::vector<std::string>& items = *found;
    if (items.empty() && !key.choices.empty()) return "must not be empty; each item is " + key.allowed();
    for (auto item = items.begin(); item != items.end(); ++item) {
      if (item->empty() || has_control_character(*item)) return "must not have an item that is empty or not printable";
      if (!key.choices.empty() && !is_choice(*item)) {
        return "each item " + choices_refusal(key, *item);
      }
      if (std::find(items.begin(), item, *item) != item) return "must not name " + *item + " twice";
    }
    *slot = std::move(items);
    return std::nullopt;
  }

  Refusal operator()(std::vector<ExpiryTime>* slot) const {
    auto times = text() == nullptr ? std::nullopt : parse_expiry_times(*text());
    if (!times) {
      return "must be EXCHANGE=HH:MM from 00:00 to 24:00, each exchange once, joined by commas, such as " +
             key.default_text();
    }
    *slot = std::move(*times);
    return std::nullopt;
  }

  Refusal operator()(base::log::Level* slot) const {
    const auto level = text() == nullptr ? std::nullopt : base::log::parse_level(*text());
    if (!level) return choices_refusal(key, text() == nullptr ? std::string_view{} : *text());
    *slot = *level;
    return std::nullopt;
  }

  Refusal operator()(base::log::Format* slot) const {
    const std::string_view name = text() == nullptr ? std::string_view{} : *text();
    if (name != "text" && name != "json") return choices_refusal(key, name);
    *slot = name == "json" ? base::log::Format::Json : base::log::Format::Text;
    return std::nullopt;
  }
};

/// `15:30`
std::string clock_text(std::chrono::minutes time) {
  const auto two_digits = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two_digits(time.count() / 60) + ":" + two_digits(time.count() % 60);
}

/// `00:00` to `24:00`.
std::optional<std::chrono::minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = base::parse_integer(text.substr(0, 2));
  const auto minutes = base::parse_integer(text.substr(3));
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes time = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return time <= std::chrono::hours{24} ? std::optional{time} : std::nullopt;
}

struct TomlWriter {
  std::string operator()(const Endpoint* slot) const { return quoted(slot->text()); }
  std::string operator()(const std::optional<Endpoint>* slot) const {
    return quoted(*slot ? (*slot)->text() : std::string{});
  }
  std::string operator()(const std::uint32_t* slot) const { return std::to_string(*slot); }
  std::string operator()(const std::size_t* slot) const { return std::to_string(*slot); }
  std::string operator()(const double* slot) const { return base::number_text(*slot); }
  std::string operator()(const Duration* slot) const { return quoted(base::duration_text(*slot)); }
  std::string operator()(const bool* slot) const { return *slot ? "true" : "false"; }
  std::string operator()(const std::string* slot) const { return quoted(*slot); }
  std::string operator()(const std::vector<std::string>* slot) const {
    std::string out = "[";
    for (const std::string& item : *slot) out += (out.size() > 1 ? ", " : "") + quoted(item);
    return out + "]";
  }
  std::string operator()(const std::vector<base::IpNetwork>* slot) const {
    std::vector<std::string> items;
    for (const base::IpNetwork& network : *slot) items.push_back(network.text());
    return (*this)(&items);
  }
  std::string operator()(const FeedSources* slot) const {
    return slot->items.size() == 1 ? quoted(slot->items.front()) : (*this)(&slot->items);
  }
  std::string operator()(const std::vector<ExpiryTime>* slot) const {
    std::string out;
    for (const ExpiryTime& time : *slot) {
      out += (out.empty() ? "" : ",") + time.exchange + "=" + clock_text(time.time_of_day);
    }
    return quoted(out);
  }
  std::string operator()(const base::log::Level* slot) const { return quoted(base::log::level_name(*slot)); }
  std::string operator()(const base::log::Format* slot) const {
    return *slot == base::log::Format::Json ? "\"json\"" : "\"text\"";
  }
};

struct RawText {
  std::string operator()(const std::string& text) const { return quoted(text); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const {
    if (std::isnan(number)) return "nan";
    if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
    return base::number_text(number);
  }
  std::string operator()(bool boolean) const { return boolean ? "true" : "false"; }
  std::string operator()(const std::vector<std::string>& items) const { return TomlWriter{}(&items); }
  std::string operator()(const RawValue::Other& other) const { return "(" + std::string{other.type} + ")"; }
};

}  // namespace

std::string RawValue::shown() const {
  if (as_text) {
    if (const auto* text = std::get_if<std::string>(&value);
        text != nullptr && !text->empty() && text->size() <= kShownBytes && !has_control_character(*text)) {
      return *text;
    }
  }
  std::string out = std::visit(RawText{}, value);
  if (out.size() > kShownBytes) {
    out.resize(base::utf8_prefix(out, kShownBytes).size());
    out += "...";
  }
  return out;
}

std::optional<std::string> assign(const Key& key, const RawValue& raw, Config& config) {
  return std::visit(Assigner{key, raw}, key.slot(config));
}

std::string toml_text(const Slot& slot) {
  return std::visit(TomlWriter{}, slot);
}

std::optional<std::vector<ExpiryTime>> parse_expiry_times(std::string_view text) {
  std::vector<ExpiryTime> times;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    const auto equals = item.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    const auto time = parse_clock(item.substr(equals + 1));
    const std::string_view exchange = item.substr(0, equals);
    const bool is_known =
        std::any_of(times.begin(), times.end(), [&](const ExpiryTime& other) { return other.exchange == exchange; });
    if (!time || is_known || has_control_character(exchange)) return std::nullopt;
    times.push_back({std::string{exchange}, *time});
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) return std::nullopt;  // nothing follows the comma
  }
  return times;
}

std::optional<std::int64_t> parse_size(std::string_view text) noexcept {
  struct Unit {
    std::string_view suffix;
    unsigned shift;
  };
  for (const Unit unit : {Unit{"KiB", 10}, Unit{"MiB", 20}, Unit{"GiB", 30}, Unit{"B", 0}, Unit{"", 0}}) {
    if (text.size() < unit.suffix.size() || text.substr(text.size() - unit.suffix.size()) != unit.suffix) continue;
    const auto number = base::parse_integer(text.substr(0, text.size() - unit.suffix.size()));
    if (!number || *number < 0 || *number > (std::int64_t{1} << 50 >> unit.shift)) return std::nullopt;
    return *number << unit.shift;
  }
  return std::nullopt;
}

std::string masked_options(std::string_view text) {
  constexpr std::array<std::string_view, 4> kSecretWords{"secret", "token", "password", "key"};
  std::string out;
  while (!text.empty()) {
    const auto end = text.find_first_of(",:");
    const std::string_view part = text.substr(0, end);
    const auto equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    const bool is_secret = equals != std::string_view::npos &&
                           std::any_of(kSecretWords.begin(), kSecretWords.end(),
                                       [name](auto word) { return name.find(word) != std::string_view::npos; });
    // A secret may hold a colon itself; it ends at the next comma.
    const auto stop = is_secret ? text.find(',') : end;
    out += is_secret ? std::string{name} + "=***" : std::string{part};
    if (stop == std::string_view::npos) break;
    out += text[stop];
    text.remove_prefix(stop + 1);
  }
  return out;
}

}  // namespace subd::config
