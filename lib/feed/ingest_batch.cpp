#include "feed/ingest_batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "feed/ingest_row.hpp"

namespace subd::feed {
namespace {

using nlohmann::json;

/// Reads rows into a batch.
class BatchReader {
 public:
  BatchReader(IngestBatch& batch, const IngestRules& rules, base::UtcTime now)
      : batch_{batch}, rules_{rules}, now_{now} {}

  void tick(const json& row, std::size_t number, std::string_view list) {
    add(read_tick(row, rules_, now_, suggestions_), number, list);
  }
  void bar(const json& row, std::size_t number, std::string_view list) {
    add(read_bar(row, rules_, now_, suggestions_), number, list);
  }
  void refuse(IngestProblem problem, std::size_t number, std::string_view list) {
    problem.row = batch_.is_lines ? fmt::format("line {}", number) : fmt::format("{}[{}]", list, number);
    batch_.problems.add(std::move(problem));
  }

 private:
  template <class Row>
  void add(base::Result<Row, IngestProblem> row, std::size_t number, std::string_view list) {
    if (row) {
      batch_.rows.push_back({number, std::move(*row)});
    } else {
      refuse(std::move(row.error()), number, list);
    }
  }

  IngestBatch& batch_;
  const IngestRules& rules_;
  base::UtcTime now_;
  int suggestions_ = kSuggestionsPerBatch;
};

/// Reads a text that may be absent; what is wrong with it.
std::optional<IngestError> read_text(const json& object, const char* name, std::string& out) {
  const auto it = object.find(name);
  if (it == object.end() || it->is_null()) return std::nullopt;
  if (!it->is_string()) return IngestError{fmt::format("{} must be a text, got {}", name, shown_json(*it))};
  out = it->get<std::string>();
  return std::nullopt;
}

base::Result<IngestHead, IngestError> read_head(const json& object) {
  IngestHead head;
  if (auto problem = read_text(object, "publisher", head.publisher)) return std::move(*problem);
  if (auto problem = read_text(object, "epoch", head.epoch)) return std::move(*problem);
  if (const auto it = object.find("seq"); it != object.end() && !it->is_null()) {
    if (!it->is_number_unsigned()) {
      return IngestError{fmt::format("seq must be a whole number from 0, got {}", shown_json(*it))};
    }
    head.seq = it->get<std::uint64_t>();
  }
  if (auto problem = find_problem(head)) return std::move(*problem);
  return head;
}

}  // namespace

std::string IngestBatch::row_name(const IngestRow& row) const {
  if (is_lines) return fmt::format("line {}", row.number);
  return fmt::format("{}[{}]", std::holds_alternative<IngestTick>(row.content) ? "ticks" : "bars", row.number);
}

IngestRules::IngestRules(std::shared_ptr<const market::InstrumentTable> instruments,
                         const market::CalendarSet& calendars, std::chrono::milliseconds max_ahead,
                         std::vector<bool> served)
    : instruments_{std::move(instruments)}, calendars_{calendars}, max_ahead_{max_ahead}, served_{std::move(served)} {
  std::uint32_t number = 0;
  for (const market::Instrument& instrument : instruments_->all()) {
    by_token_.try_emplace(instrument.token, market::InstrumentId{number++});
  }
}

std::optional<market::InstrumentId> IngestRules::find_token(std::uint32_t token) const noexcept {
  const auto it = by_token_.find(token);
  return it != by_token_.end() ? std::optional{it->second} : std::nullopt;
}

std::optional<IngestError> find_problem(const IngestHead& head) {
  for (const auto& [name, text] : {std::pair{"publisher", &head.publisher}, std::pair{"epoch", &head.epoch}}) {
    const bool plain = std::none_of(text->begin(), text->end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (!plain || text->size() > IngestRules::kNameLimitBytes) {
      return IngestError{fmt::format("{} must be a text of at most {} bytes without control characters, got {}", name,
                                     IngestRules::kNameLimitBytes, shown_json(json(*text)))};
    }
  }
  return std::nullopt;
}

base::Result<IngestBatch, IngestError> parse_ingest_message(std::string_view text, const IngestRules& rules,
                                                            base::UtcTime now) {
  const json message = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (message.is_discarded()) return IngestError{"the message is not JSON"};
  if (!message.is_object()) return IngestError{"the message must be an object, got " + shown_json(message)};
  if (const auto type = message.find("type"); type == message.end() || *type != "ticks") {
    return IngestError{R"(type must be "ticks", got )" + shown_json(type != message.end() ? *type : json())};
  }
  auto head = read_head(message);
  if (!head) return head.error();
  IngestBatch batch;
  batch.head = std::move(*head);
  BatchReader reader{batch, rules, now};
  const auto read_list = [&](const char* name, auto read) -> std::optional<IngestError> {
    const auto list = message.find(name);
    if (list == message.end() || list->is_null()) return std::nullopt;
    if (!list->is_array()) return IngestError{fmt::format("{} must be a list, got {}", name, shown_json(*list))};
    for (std::size_t i = 0; i < list->size(); ++i) (reader.*read)((*list)[i], i, name);
    return std::nullopt;
  };
  if (auto error = read_list("ticks", &BatchReader::tick)) return std::move(*error);
  if (auto error = read_list("bars", &BatchReader::bar)) return std::move(*error);
  return batch;
}

base::Result<IngestBatch, IngestError> parse_ingest_lines(std::string_view text, IngestHead head,
                                                          const IngestRules& rules, base::UtcTime now) {
  if (auto problem = find_problem(head)) return std::move(*problem);
  IngestBatch batch;
  batch.head = std::move(head);
  batch.is_lines = true;
  BatchReader reader{batch, rules, now};
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    const json row = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (row.is_discarded()) {
      reader.refuse({{}, {}, shown_json(json(line.substr(0, 64))), "a JSON object"}, number, {});
    } else if (row.is_object() && row.contains("timeframe")) {
      reader.bar(row, number, {});
    } else {
      reader.tick(row, number, {});
    }
  }
  if (batch.rows.empty() && batch.problems.count() == 0) {
    return IngestError{"the body must hold one tick or bar a line, it has none"};
  }
  return batch;
}

}  // namespace subd::feed
