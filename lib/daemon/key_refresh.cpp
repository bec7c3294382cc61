#include "daemon/key_refresh.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "auth/jwks.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "feed/client_tls.hpp"
#include "feed/http_client.hpp"

namespace subd::daemon {
namespace {

namespace asio = boost::asio;
namespace log = base::log;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

/// How often it is looked whether a key was missed.
constexpr milliseconds kLook{250};
/// Between two readings that missed keys bring about: anybody can send a token that names any key.
constexpr seconds kMissPause{5};
/// After the first failure; doubled with each further one, up to the interval.
constexpr seconds kFirstRetry{1};
constexpr seconds kPatience{10};

struct Reading {
  std::string text;
  std::string problem;  ///< empty: none
};

Reading read_file(const std::string& file) {
  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  std::string text(auth::kJwksLimitBytes + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && !stream) {
    return {{}, fmt::format("{}: cannot be read: {}", file, std::generic_category().message(errno != 0 ? errno : EIO))};
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return {std::move(text), {}};
}

/// Whole or not at all: a start in the middle of it would find half a set.
void keep(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path fresh = file.string() + ".new";
  {
    std::ofstream stream{fresh, std::ios::binary | std::ios::trunc};
    stream << text;
    stream.flush();
    if (!stream)
      return log::warn("daemon", "the key set cannot be kept for the next start", {{"file", fresh.string()}});
  }
  std::error_code problem;
  std::filesystem::rename(fresh, file, problem);
  if (problem) {
    log::warn("daemon", "the key set cannot be kept for the next start",
              {{"file", file.string()}, {"reason", problem.message()}});
  }
}

std::optional<feed::Url> url_of(const KeySource& source) {
  if (source.place.find("://") == std::string::npos) return std::nullopt;
  auto url = feed::parse_url(source.place, "http", "https");
  if (!url) {
    throw std::runtime_error{
        fmt::format("auth.jwks: {} is not a URL such as https://login.example.com/keys.json", source.place)};
  }
  return url;
}

}  // namespace

std::vector<auth::Key> first_keys(const KeySource& source) {
  const bool remote = url_of(source).has_value();
  const std::string file = remote ? source.kept_in.string() : source.place;
  std::error_code ignored;
  if (remote && !std::filesystem::exists(file, ignored)) return {};
  const Reading reading = read_file(file);
  auto set = reading.problem.empty() ? auth::read_jwks(reading.text, source.place)
                                     : base::Result<auth::KeySet, std::string>{reading.problem};
  if (set) return std::move(set->keys);
  if (!remote) throw std::runtime_error{fmt::format("auth.jwks: {}", set.error())};
  log::warn("daemon", "the kept key set is of no use", {{"file", file}, {"reason", set.error()}});
  return {};
}

struct KeyRefresh::State {
  State(const KeySource& from, std::shared_ptr<std::atomic<bool>> missed_key, Sink into)
      : source{from}, url{url_of(from)}, missed{std::move(missed_key)}, sink{std::move(into)} {}

  void look();
  void read();
  void take(const Reading& reading);
  void fail(const std::string& reason);

  const KeySource source;
  const std::optional<feed::Url> url;  ///< nullopt: a file
  const std::shared_ptr<std::atomic<bool>> missed;
  const Sink sink;
  Counters counters;
  asio::io_context loop{1};
  asio::ssl::context tls = feed::make_client_tls();
  feed::HttpClient http{loop, tls};
  asio::steady_timer timer{loop};
  Clock::time_point due{};   ///< the next reading
  Clock::time_point last{};  ///< the last one that a missed key brought about
  milliseconds retry{kFirstRetry};
  std::string in_force;    ///< the text of the keys that the sink has
  std::string told;        ///< the failure that the log has; empty: none since the last success
  bool under_way = false;  ///< the URL was asked
  std::thread thread;
};

void KeyRefresh::State::look() {
  const auto now = Clock::now();
  const bool missing = missed->load(std::memory_order_relaxed) && now - last >= kMissPause;
  if (!under_way && (missing || now >= due)) {
    if (missing) last = now;
    missed->store(false, std::memory_order_relaxed);
    read();
  }
  timer.expires_after(kLook);
  timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

void KeyRefresh::State::read() {
  if (!url) return take(read_file(source.place));
  under_way = true;
  http.get(*url, {}, {{"Accept", "application/json"}}, kPatience, [this](const feed::HttpAnswer& answer) {
    under_way = false;
    if (answer.status == 200) return take({answer.body, {}});
    fail(answer.status == 0 ? fmt::format("{}: {}", source.place, answer.error)
                            : fmt::format("{}: was answered with status {}", source.place, answer.status));
  });
}

void KeyRefresh::State::take(const Reading& reading) {
  if (!reading.problem.empty()) return fail(reading.problem);
  if (reading.text != in_force) {
    auto set = auth::read_jwks(reading.text, source.place);
    if (!set) return fail(set.error());
    if (set->keys.empty()) {
      return fail(fmt::format("{}: has no key of use here{}", source.place,
                              set->skipped.empty() ? std::string{} : "; " + set->skipped.front()));
    }
    for (const std::string& skipped : set->skipped) {
      log::info("daemon", "a key of the set is not used", {{"reason", skipped}});
    }
    log::info("daemon", "key set read", {{"from", source.place}, {"keys", set->keys.size()}});
    counters.keys.store(set->keys.size(), std::memory_order_relaxed);
    in_force = reading.text;
    if (!source.kept_in.empty()) keep(source.kept_in, in_force);
    sink(std::move(set->keys));
  }
  counters.read.fetch_add(1, std::memory_order_relaxed);
  told.clear();
  retry = kFirstRetry;
  due = Clock::now() + source.interval;
}

void KeyRefresh::State::fail(const std::string& reason) {
  counters.failed.fetch_add(1, std::memory_order_relaxed);
  if (reason != told)
    log::warn("daemon", "the key set cannot be read; the keys stay as they are", {{"reason", reason}});
  told = reason;
  due = Clock::now() + retry;
  retry = std::min(retry * 2, std::max(milliseconds{kFirstRetry}, source.interval));
}

KeyRefresh::KeyRefresh(const KeySource& source, std::shared_ptr<std::atomic<bool>> missed, Sink sink)
    : state_{std::make_unique<State>(source, std::move(missed), std::move(sink))} {}

KeyRefresh::~KeyRefresh() {
  stop();
}

void KeyRefresh::start() {
  state_->thread = std::thread{[state = state_.get()] {
    state->look();
    state->loop.run();
  }};
}

void KeyRefresh::stop() {
  if (!state_->thread.joinable()) return;
  state_->loop.stop();
  state_->thread.join();
}

const KeyRefresh::Counters& KeyRefresh::counters() const noexcept {
  return state_->counters;
}

}  // namespace subd::daemon
