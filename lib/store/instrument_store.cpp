#include "store/instrument_store.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cmath>
#include <string>
#include <unordered_map>

#include "base/time_text.hpp"
#include "store/bar_rows.hpp"

namespace subd::store {
namespace {

using market::Instrument;

void bind(SQLite::Statement& row, const Instrument& instrument) {
  row.bindNoCopy(1, instrument.symbol);
  row.bind(2, static_cast<std::int64_t>(instrument.token));
  row.bindNoCopy(3, instrument.name);
  row.bindNoCopy(4, instrument.exchange);
  row.bindNoCopy(5, instrument.segment);
  row.bind(6, std::string{market::instrument_type_name(instrument.type)});
  row.bindNoCopy(7, instrument.underlying);
  if (std::isnan(instrument.strike)) {
    row.bind(8);  // NULL
  } else {
    row.bind(8, instrument.strike);
  }
  if (instrument.expiry) {
    row.bind(9, base::date_text(*instrument.expiry));
  } else {
    row.bind(9);
  }
  row.bind(10, instrument.lot_size);
  row.bind(11, instrument.tick_size);
}

Instrument instrument_of(SQLite::Statement& row) {
  Instrument out;
  out.symbol = row.getColumn(0).getString();
  out.token = static_cast<std::uint32_t>(row.getColumn(1).getInt64());
  out.name = row.getColumn(2).getString();
  out.exchange = row.getColumn(3).getString();
  out.segment = row.getColumn(4).getString();
  out.type = market::parse_instrument_type(row.getColumn(5).getString()).value_or(market::InstrumentType::Other);
  out.underlying = row.getColumn(6).getString();
  if (!row.isColumnNull(7)) out.strike = row.getColumn(7).getDouble();
  if (!row.isColumnNull(8)) out.expiry = base::parse_date(row.getColumn(8).getString());
  out.lot_size = row.getColumn(9).getDouble();
  out.tick_size = row.getColumn(10).getDouble();
  return out;
}

void insert(SQLite::Database& connection, std::span<const Instrument> instruments) {
  SQLite::Statement row{connection,
                        "INSERT INTO instruments(symbol, token, name, exchange, segment, type, underlying, strike, "
                        "expiry, lot_size, tick_size) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  SQLite::Statement alias_row{connection, "INSERT OR IGNORE INTO instrument_aliases(alias, symbol) VALUES(?, ?)"};
  for (const Instrument& instrument : instruments) {
    bind(row, instrument);
    row.exec();
    row.reset();
    for (const std::string& alias : instrument.aliases) {
      alias_row.bindNoCopy(1, alias);
      alias_row.bindNoCopy(2, instrument.symbol);
      alias_row.exec();
      alias_row.reset();
    }
  }
}

}  // namespace

Result<void> InstrumentStore::replace_all(std::span<const Instrument> instruments, base::UtcTime at) {
  return database_.write(Durability::Device, [&](SQLite::Database& connection) {
    connection.exec("DELETE FROM instrument_aliases");
    connection.exec("DELETE FROM instruments");
    insert(connection, instruments);
    SQLite::Statement row{connection, "INSERT OR REPLACE INTO instrument_import(id, at) VALUES(1, ?)"};
    row.bind(1, ms_of(at));
    row.exec();
  });
}

Result<std::vector<Instrument>> InstrumentStore::all() {
  return database_.read([](SQLite::Database& connection) {
    std::vector<Instrument> out;
    std::unordered_map<std::string, std::size_t> places;
    SQLite::Statement row{connection,
                          "SELECT symbol, token, name, exchange, segment, type, underlying, strike, expiry, lot_size, "
                          "tick_size FROM instruments ORDER BY symbol"};
    SQLite::Statement alias{connection, "SELECT symbol, alias FROM instrument_aliases ORDER BY symbol, alias"};
    while (row.executeStep()) {
      places.emplace(row.getColumn(0).getString(), out.size());
      out.push_back(instrument_of(row));
    }
    while (alias.executeStep()) {
      const auto place = places.find(alias.getColumn(0).getString());
      if (place != places.end()) out[place->second].aliases.push_back(alias.getColumn(1).getString());
    }
    return out;
  });
}

Result<InstrumentImport> InstrumentStore::last_import() {
  return database_.read([](SQLite::Database& connection) {
    InstrumentImport out;
    out.count = static_cast<std::size_t>(connection.execAndGet("SELECT count(*) FROM instruments").getInt64());
    SQLite::Statement row{connection, "SELECT at FROM instrument_import"};
    if (row.executeStep()) out.at = time_of(row.getColumn(0).getInt64());
    return out;
  });
}

}  // namespace subd::store
