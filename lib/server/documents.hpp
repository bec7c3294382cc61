#pragma once

#include <string_view>

/// The descriptions of the interface that programs read, as docs/ has them: the files are part of the program.
namespace subd::server {

/// OpenAPI 3.1: what is asked over HTTP.
[[nodiscard]] std::string_view openapi_document() noexcept;
/// AsyncAPI 3.0: the messages of the WebSocket endpoints.
[[nodiscard]] std::string_view asyncapi_document() noexcept;

}  // namespace subd::server
