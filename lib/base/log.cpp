#include "base/log.hpp"

#include <pthread.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <csignal>
#include <memory>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/number_text.hpp"
#include "base/time_text.hpp"

namespace subd::base::log {
namespace {

constexpr std::size_t kQueuedLines = 8192;
constexpr std::array<std::string_view, 6> kNames{"trace", "debug", "info", "warn", "error", "off"};

std::atomic<Level> g_level{Level::Warn};
std::atomic<Format> g_format{Format::Text};
// Set by open() before other threads start and cleared by close() after they ended.
std::shared_ptr<spdlog::logger> g_logger;

bool needs_quotes(std::string_view text) noexcept {
  return text.empty() || text.find_first_of(" \"\\=\n\r\t") != std::string_view::npos;
}

std::string text_line(Level level, std::string_view component, std::string_view message,
                      std::initializer_list<Field> fields) {
  std::string line = time_text(SystemClock{}.utc_now());
  line += ' ';
  line += level_name(level);
  line.append(6 - level_name(level).size(), ' ');
  line += component;
  line += ": ";
  line += message;
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    if (field.quoted && needs_quotes(field.value)) {
      append_json_string(line, field.value);
    } else {
      line += field.value;
    }
  }
  return line;
}

std::string json_line(Level level, std::string_view component, std::string_view message,
                      std::initializer_list<Field> fields) {
  std::string line = R"({"time":")";
  append_time(line, SystemClock{}.utc_now());
  line += R"(","level":)";
  append_json_string(line, level_name(level));
  line += R"(,"component":)";
  append_json_string(line, component);
  line += R"(,"message":)";
  append_json_string(line, message);
  for (const Field& field : fields) {
    line += ',';
    append_json_string(line, field.key);
    line += ':';
    if (field.quoted) {
      append_json_string(line, field.value);
    } else {
      line += field.value;
    }
  }
  line += '}';
  return line;
}

}  // namespace

Field::Field(std::string_view field_key, double number) : key{field_key}, value{number_text(number)}, quoted{false} {}

std::string_view level_name(Level level) noexcept {
  return kNames[static_cast<std::size_t>(level)];
}

std::optional<Level> parse_level(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Level>(i);
  }
  return std::nullopt;
}

void open(Level level, Format format) {
  set_level(level);
  g_format = format;
  // The writer takes no signals: a thread that has them unblocked would be ended by one that another thread waits for.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  spdlog::init_thread_pool(kQueuedLines, 1);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  g_logger = std::make_shared<spdlog::async_logger>("subd", std::move(sink), spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
  g_logger->set_pattern("%v");
  g_logger->set_level(spdlog::level::trace);
  g_logger->flush_on(spdlog::level::trace);
}

void close() {
  spdlog::shutdown();  // ends the writer thread, which uses the logger to its last line
  g_logger.reset();
}

void set_level(Level level) noexcept {
  g_level.store(level, std::memory_order_relaxed);
}

Level level() noexcept {
  return g_level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view component, std::string_view message, std::initializer_list<Field> fields) {
  const std::string line = g_format.load(std::memory_order_relaxed) == Format::Json
                               ? json_line(level, component, message, fields)
                               : text_line(level, component, message, fields);
  if (g_logger) {
    g_logger->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
}

}  // namespace subd::base::log
