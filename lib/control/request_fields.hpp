#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "control/backend.hpp"

namespace subd::control {

/// Longest token that is looked at; the longest that a browser sends in a header.
constexpr std::size_t kTokenLimitBytes = std::size_t{16} * 1024;

/// What follows the `?` of a target.
struct Query {
  std::string_view text;
};

/// The fields of a request: of a JSON object in its body, of which an empty one reads as `{}`, or of its query, where
/// every value is a text and an empty one reads as absent.
///
/// Read all fields, then look at error(): it keeps the first thing that was wrong, and readers go on with defaults.
/// Unknown fields are ignored, as everywhere in the protocol.
class RequestFields {
 public:
  explicit RequestFields(std::string_view body);
  explicit RequestFields(Query query);
  ~RequestFields();
  RequestFields(const RequestFields&) = delete;
  RequestFields& operator=(const RequestFields&) = delete;

  /// Present and not empty.
  [[nodiscard]] std::string required_text(std::string_view name, std::size_t limit_bytes);
  /// Absent or null reads as empty.
  [[nodiscard]] std::string optional_text(std::string_view name, std::size_t limit_bytes);
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view name, std::size_t limit,
                                                        std::size_t limit_bytes);
  [[nodiscard]] std::int64_t optional_integer(std::string_view name, std::int64_t absent, std::int64_t least,
                                              std::int64_t most);

  /// ISO 8601, in UTC where it names no offset.
  [[nodiscard]] std::optional<base::UtcTime> optional_time(std::string_view name);

  /// Notes `field NAME: RULE`, unless something was wrong before.
  void refuse(std::string_view name, std::string_view rule);
  [[nodiscard]] const std::optional<ControlError>& error() const { return error_; }

 private:
  struct Document;  // keeps the JSON library out of this header

  std::unique_ptr<Document> document_;
  std::optional<ControlError> error_;
};

}  // namespace subd::control
