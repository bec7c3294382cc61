#include "server/http_message.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/json_text.hpp"

namespace subd::server {
namespace {

std::string_view status_text(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

}  // namespace

HttpResponse problem(unsigned status, std::string_view code, std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.problem_code = code;
  std::string& body = response.body;
  body = R"({"type":"about:blank","title":)";
  base::append_json_string(body, status_text(status));
  fmt::format_to(std::back_inserter(body), R"(,"status":{},"code":)", status);
  base::append_json_string(body, code);
  body += R"(,"detail":)";
  base::append_json_string(body, detail);
  body += '}';
  return response;
}

HttpResponse come_back_later(unsigned status, std::string_view code, std::string_view detail, int retry_after_seconds) {
  HttpResponse response = problem(status, code, detail);
  response.fields.emplace_back("Retry-After", std::to_string(retry_after_seconds));
  return response;
}

HttpResponse json_response(unsigned status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

std::string response_text(const HttpResponse& response, Delivery delivery, std::string_view version) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nServer: subd/{}\r\nX-Content-Type-Options: nosniff\r\n",
                                 response.status, status_text(response.status), version);
  // A 304 has no body; lengths and types there would speak of the one that the client has.
  if (response.status != 304) {
    fmt::format_to(std::back_inserter(text), "Content-Type: {}\r\nContent-Length: {}\r\n", response.content_type,
                   response.body.size());
  }
  for (const auto& [name, value] : response.fields) fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
  // An upgrade that is asked for names the connection itself.
  if (response.status == 426) {
    text += delivery.keep_alive ? "Connection: Upgrade\r\n" : "Connection: Upgrade, close\r\n";
  } else {
    text += delivery.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  }
  text += "\r\n";
  if (!delivery.head_only) text += response.body;
  return text;
}

}  // namespace subd::server
