#include "ssi/decode.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "ssi/fields.hpp"

namespace subd::ssi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr std::size_t kLongestError = 300;

Side side_of(std::string_view text) noexcept {
  if (text == "BU") return Side::Buyer;
  return text == "SD" ? Side::Seller : Side::Unknown;
}

Trade read_trade(Fields& fields) {
  Trade out;
  out.last_price = fields.required_price({"LastPrice"});
  out.last_volume = fields.count({"LastVol"});
  out.total_volume = fields.count({"TotalVol"});
  out.reference = fields.price({"RefPrice", "PriorVal"});
  out.ceiling = fields.price({"Ceiling"});
  out.floor = fields.price({"Floor"});
  out.open = fields.price({"Open"});
  out.high = fields.price({"Highest", "High"});
  out.low = fields.price({"Lowest", "Low"});
  out.average = fields.price({"AvgPrice"});
  out.side = side_of(fields.text({"Side"}));
  return out;
}

/// `BidPrice3` and the like. The best ask also goes without its number.
Level read_level(Fields& fields, std::string_view side, std::size_t number) {
  const std::string price = fmt::format("{}Price{}", side, number);
  const std::string volume = fmt::format("{}Vol{}", side, number);
  const bool best = number == 1;
  Level out;
  out.price = fields.count({price, best ? fmt::format("{}Price", side) : price});
  out.volume = fields.count({volume, best ? fmt::format("{}Vol", side) : volume});
  return out;
}

void read_side(Fields& fields, std::string_view side, std::array<Level, Book::kLevels>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Level level = read_level(fields, side, i + 1);
    // Steps that a message does not have are its last ones.
    if (!(level.price >= 0) || !(level.volume >= 0)) return;
    out[i] = level;
  }
}

Book read_book(Fields& fields) {
  Book out;
  read_side(fields, "Bid", out.bids);
  read_side(fields, "Ask", out.asks);
  return out;
}

Security read_security(Fields& fields) {
  Security out;
  out.moment = fields.moment();
  out.symbol = fields.required_symbol({"Symbol"});
  out.exchange = fields.text({"Exchange", "MarketId"});
  out.is_future = out.exchange == "DERIVATIVES" || fields.text({"StockType"}) == "Future";
  return out;
}

Message read_trades(Fields& fields) {
  Security out = read_security(fields);
  out.trade = read_trade(fields);
  return out;
}

Message read_quotes(Fields& fields) {
  Security out = read_security(fields);
  out.book = read_book(fields);
  return out;
}

Message read_both(Fields& fields) {
  Security out = read_security(fields);
  out.trade = read_trade(fields);
  out.book = read_book(fields);
  return out;
}

Message read_foreign(Fields& fields) {
  Foreign out;
  out.moment = fields.moment();
  out.symbol = fields.required_symbol({"Symbol"});
  out.exchange = fields.text({"Exchange", "MarketId"});
  // The specification's table has the names with an F, its example and what is sent have those without.
  out.buy_volume = fields.count({"FBuyVol", "BuyVol"});
  out.sell_volume = fields.count({"FSellVol", "SellVol"});
  out.buy_value = fields.count({"FBuyVal", "BuyVal"});
  out.sell_value = fields.count({"FSellVal", "SellVal"});
  out.total_room = fields.count({"TotalRoom"});
  out.current_room = fields.count({"CurrentRoom"});
  return out;
}

Message read_index(Fields& fields) {
  Index out;
  out.moment = fields.moment();
  out.id = fields.required_symbol({"IndexId"});
  out.value = fields.required_price({"IndexValue"});
  out.prior_value = fields.price({"PriorIndexValue"});
  out.change = fields.signed_number({"Change"});
  out.ratio_change = fields.signed_number({"RatioChange"});
  out.total_volume = fields.count({"TotalQtty"});
  out.advances = fields.count({"Advances"});
  out.no_changes = fields.count({"NoChanges"});
  out.declines = fields.count({"Declines"});
  return out;
}

Message read_bar(Fields& fields) {
  Bar out;
  out.moment = fields.moment();
  out.symbol = fields.required_symbol({"Symbol"});
  out.open = fields.price({"Open"});
  out.high = fields.price({"High"});
  out.low = fields.price({"Low"});
  out.close = fields.required_price({"Close"});
  out.volume = fields.count({"Volume"});
  return out;
}

Message read_status(Fields& fields) {
  Status out;
  out.moment = fields.moment();
  out.symbol = fields.required_symbol({"Symbol"});
  out.exchange = fields.text({"Exchange", "MarketId"});
  out.trading_session = fields.text({"TradingSession"});
  out.trading_status = fields.text({"TradingStatus"});
  return out;
}

struct Kind {
  std::string_view name;
  Message (*read)(Fields& fields);
};
constexpr std::array<Kind, 7> kKinds{{{"X-QUOTE", read_quotes},
                                      {"X-TRADE", read_trades},
                                      {"X", read_both},
                                      {"R", read_foreign},
                                      {"MI", read_index},
                                      {"B", read_bar},
                                      {"F", read_status}}};

/// An object that is there as one or as its JSON text; discarded when it is neither.
json object_of(const json& value) {
  if (value.is_object()) return value;
  json out(json::value_t::discarded);
  if (value.is_string()) out = json::parse(value.get_ref<const std::string&>(), nullptr, false);
  return out.is_object() ? out : json(json::value_t::discarded);
}

Decoded decode_content(const json& type, const json& content) {
  for (const Kind& kind : kKinds) {
    if (!type.is_string() || type.get_ref<const std::string&>() != kind.name) continue;
    Fields fields{content};
    Message message = kind.read(fields);
    if (fields.problem()) return Problem{fmt::format("{}: {}", kind.name, *fields.problem())};
    return message;
  }
  return Problem{fmt::format("DataType must be X-QUOTE, X-TRADE, X, R, MI, B or F, got {}", shown(type))};
}

Decoded decode_envelope(const json& envelope) {
  const json* type = find_member(envelope, "DataType");
  const json* content = find_member(envelope, "Content");
  if (content == nullptr) return Problem{"Content must be an object or its JSON text, got nothing"};
  const json object = object_of(*content);
  if (object.is_discarded()) {
    return Problem{fmt::format("Content must be an object or its JSON text, got {}", shown(*content))};
  }
  if (type == nullptr) type = find_member(object, "RType");
  if (type == nullptr) return Problem{"DataType must be X-QUOTE, X-TRADE, X, R, MI, B or F, got nothing"};
  return decode_content(*type, object);
}

bool is_envelope(const json& object) {
  return find_member(object, "DataType") != nullptr || find_member(object, "Content") != nullptr;
}

std::string error_text(const json& argument) {
  std::string text = argument.is_string() ? argument.get<std::string>() : argument.dump();
  if (text.size() <= kLongestError) return text;
  return shown(argument);
}

/// One call of the hub: `{"H":"FcMarketDataV2Hub","M":"Broadcast","A":["{..}"]}`.
void decode_call(const json& call, std::vector<Decoded>& out) {
  const json* method = call.is_object() ? find_member(call, "M") : nullptr;
  const json* arguments = call.is_object() ? find_member(call, "A") : nullptr;
  if (method == nullptr || !method->is_string() || arguments == nullptr || !arguments->is_array()) {
    out.emplace_back(
        Problem{fmt::format("M must be a list of calls with a method M and arguments A, got {}", shown(call))});
    return;
  }
  const auto& name = method->get_ref<const std::string&>();
  for (const json& argument : *arguments) {
    if (name == "Error") {
      out.emplace_back(Message{UpstreamError{error_text(argument)}});
    } else if (name != "Broadcast") {
      out.emplace_back(Problem{fmt::format("M must be Broadcast or Error, got {}", shown(*method))});
    } else if (const json envelope = object_of(argument); envelope.is_discarded()) {
      out.emplace_back(Problem{fmt::format("A must hold objects or their JSON text, got {}", shown(argument))});
    } else {
      out.push_back(decode_envelope(envelope));
    }
  }
}

}  // namespace

std::vector<Decoded> decode(std::string_view text) {
  std::vector<Decoded> out;
  if (text.size() > kMostBytes) {
    out.emplace_back(Problem{fmt::format("a message must be at most {} bytes, got {}", kMostBytes, text.size())});
    return out;
  }
  const json whole = json::parse(text, nullptr, false);
  if (!whole.is_object()) {
    out.emplace_back(Problem{R"(a message must be a JSON object, {"DataType": ..., "Content": ...})"});
  } else if (is_envelope(whole)) {
    out.push_back(decode_envelope(whole));
  } else if (const json* calls = find_member(whole, "M"); calls != nullptr && calls->is_array()) {
    for (const json& call : *calls) decode_call(call, out);
  } else if (calls != nullptr) {
    out.emplace_back(Problem{fmt::format("M must be a list of calls, got {}", shown(*calls))});
  } else if (const json* error = find_member(whole, "E"); error != nullptr && error->is_string()) {
    out.emplace_back(Message{UpstreamError{error_text(*error)}});  // the answer to an invocation that failed
  } else if (!whole.empty() && find_member(whole, "C") == nullptr && find_member(whole, "I") == nullptr) {
    out.emplace_back(Problem{"DataType must be X-QUOTE, X-TRADE, X, R, MI, B or F, got nothing"});
  }
  return out;
}

}  // namespace subd::ssi
