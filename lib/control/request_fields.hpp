#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/backend.hpp"

namespace subd::control {

/// Longest token that is looked at; the longest that a browser sends in a header.
constexpr std::size_t kTokenLimitBytes = std::size_t{16} * 1024;

/// The fields of a JSON object in a request's body. An empty body reads as `{}`.
///
/// Read all fields, then look at error(): it keeps the first thing that was wrong, and readers go on with defaults.
/// Unknown fields are ignored, as everywhere in the protocol.
class RequestFields {
 public:
  explicit RequestFields(std::string_view body);
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

  /// Notes `field NAME: RULE`, unless something was wrong before.
  void refuse(std::string_view name, std::string_view rule);
  [[nodiscard]] const std::optional<ControlError>& error() const { return error_; }

 private:
  struct Document;  // keeps the JSON library out of this header

  std::unique_ptr<Document> document_;
  std::optional<ControlError> error_;
};

}  // namespace subd::control
