#include "feed/ssi_market.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "feed/specification.hpp"
#include "feed/ssi_file.hpp"

namespace subd::feed {
namespace {

using market::InstrumentType;

/// Puts together what the messages say of instruments.
class Scan {
 public:
  Scan(const market::CalendarSet& calendars, const market::InstrumentTable& known)
      : calendars_{calendars}, known_{known} {}

  void operator()(const ssi::Security& message) {
    const auto type = message.is_future ? InstrumentType::Future : InstrumentType::Equity;
    const market::InstrumentId id = add(message.symbol, message.exchange, type);
    if (message.trade) has_trades_[static_cast<std::size_t>(id)] = true;
  }
  void operator()(const ssi::Foreign& message) { add(message.symbol, message.exchange, InstrumentType::Equity); }
  void operator()(const ssi::Index& message) { add(message.id, {}, InstrumentType::Index); }
  void operator()(const ssi::Bar& message) { add(message.symbol, {}, InstrumentType::Equity); }
  void operator()(const ssi::Status&) {}
  void operator()(const ssi::UpstreamError&) {}

  [[nodiscard]] bool empty() const noexcept { return table_->size() == 0; }
  [[nodiscard]] SsiMarket market() && { return {std::move(table_), std::move(has_trades_)}; }

 private:
  market::InstrumentId add(const std::string& symbol, const std::string& exchange, InstrumentType type) {
    if (const auto id = table_->find(symbol)) return *id;
    market::Instrument out;
    if (const auto id = known_.find(symbol); id && !exchange.empty() && known_[*id].exchange == exchange) {
      out = known_[*id];
    } else {
      out.symbol = symbol;
      out.exchange = calendars_.find(exchange) != nullptr ? exchange : "24x7";
      out.segment = exchange;
      out.type = type;
      if (type == InstrumentType::Future) out.underlying = underlying_of_future(symbol);
    }
    out.token = static_cast<std::uint32_t>(table_->size()) + 1;
    has_trades_.push_back(false);
    return *table_->add(std::move(out));
  }

  const market::CalendarSet& calendars_;
  const market::InstrumentTable& known_;
  std::shared_ptr<market::InstrumentTable> table_ = std::make_shared<market::InstrumentTable>();
  std::vector<bool> has_trades_;
};

}  // namespace

SsiMarket scan_ssi_file(const std::string& path, const market::CalendarSet& calendars,
                        const market::InstrumentTable& known) {
  SsiFile file{path, SsiFile::Reports::Silent};
  Scan scan{calendars, known};
  while (const auto message = file.next()) std::visit(scan, *message);
  if (scan.empty()) {
    throw SpecificationError(
        fmt::format("feed: ssi: {} holds no message of an instrument, such as "
                    R"({{"DataType":"X-TRADE","Content":"{{..}}"}}; {} messages make no sense)",
                    path, file.bad_messages()));
  }
  return std::move(scan).market();
}

std::string_view underlying_of_future(std::string_view symbol) noexcept {
  constexpr std::size_t kShortest = 3;  // 1M, 2Q
  constexpr std::size_t kLongest = 5;   // 2104
  for (std::size_t tail = kShortest; tail <= kLongest && tail < symbol.size(); ++tail) {
    const std::size_t at = symbol.size() - tail;
    const bool digit_follows = symbol[at + 1] >= '0' && symbol[at + 1] <= '9';
    if (symbol[at] == 'F' && digit_follows) return symbol.substr(0, at);
  }
  return {};
}

}  // namespace subd::feed
