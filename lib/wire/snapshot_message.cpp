#include <algorithm>
#include <iterator>

#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "wire/bar_json.hpp"
#include "wire/greeks_json.hpp"
#include "wire/server_message.hpp"

namespace subd::wire {
namespace {

// What one value, and one bar without values, take in text; for a single allocation of a long history.
constexpr std::size_t kValueBytes = 48;
constexpr std::size_t kBarBytes = 160;

std::vector<const SnapshotColumn*> columns_in(const SnapshotData& data, const View& view) {
  std::vector<const SnapshotColumn*> columns;
  columns.reserve(view.slots.size());
  auto column = data.columns.begin();
  for (const Slot slot : view.slots) {
    column = std::find_if(column, data.columns.end(), [&](const SnapshotColumn& one) { return one.slot >= slot; });
    if (column == data.columns.end()) break;
    if (column->slot == slot) columns.push_back(&*column);
  }
  return columns;
}

void append_current(std::string& out, const std::vector<const SnapshotColumn*>& columns) {
  out += '{';
  for (const SnapshotColumn* column : columns) {
    if (out.back() != '{') out += ',';
    append_indicator(out, column->id, column->outputs, column->current);
  }
  out += '}';
}

void append_row(std::string& out, const std::vector<const SnapshotColumn*>& columns, std::size_t row) {
  out += '{';
  for (const SnapshotColumn* column : columns) {
    if (out.back() != '{') out += ',';
    const std::size_t width = column->outputs.size();
    append_indicator(out, column->id, column->outputs, std::span{column->history}.subspan(row * width, width));
  }
  out += '}';
}

}  // namespace

std::string snapshot_message(const SnapshotData& data, const View& view) {
  const auto columns = columns_in(data, view);
  std::size_t values = 0;
  for (const SnapshotColumn* column : columns) values += column->outputs.size();
  std::string out;
  out.reserve(2 * kBarBytes + (data.bars.size() + 1) * (kBarBytes + values * kValueBytes));

  out += R"({"type":"snapshot","symbol":)";
  base::append_json_string(out, data.symbol);
  out += R"(,"timeframe":)";
  base::append_json_string(out, data.timeframe);
  out += R"(,"epoch":)";
  base::append_json_string(out, data.epoch);
  out += R"(,"seq":)";
  base::append_number(out, data.seq);
  out += R"(,"ohlcv":)";
  if (data.bar) {
    out += '{';
    append_bar_fields(out, *data.bar);
    out += '}';
  } else {
    out += "null";
  }
  out += R"(,"greeks":)";
  append_greeks(out, data.greeks);
  out += R"(,"oi":)";
  append_open_interest(out, data.oi);
  out += R"(,"indicators":)";
  append_current(out, columns);
  out += R"(,"bars":[)";
  for (std::size_t row = 0; row < data.bars.size(); ++row) {
    out += row == 0 ? "{" : ",{";
    append_bar_fields(out, data.bars[row]);
    out += R"(,"oi":)";
    base::append_number(out, data.bars[row].oi);
    out += R"(,"indicators":)";
    append_row(out, columns, row);
    out += '}';
  }
  out += "]}";
  return out;
}

}  // namespace subd::wire
