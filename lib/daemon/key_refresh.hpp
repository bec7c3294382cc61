#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auth/key.hpp"

namespace subd::daemon {

/// Where the public keys of an issuer are.
struct KeySource {
  std::string place;  ///< a file, or a URL with http or https
  std::chrono::milliseconds interval{};
  std::filesystem::path kept_in{};  ///< what was last read, for the next start; empty: nothing is kept
};

/// The keys to start with: those of the file, or what was kept of the URL; none when nothing was.
/// Throws std::runtime_error that names the place: the file cannot be read or is no key set, the URL is none.
[[nodiscard]] std::vector<auth::Key> first_keys(const KeySource& source);

/// Reads a key set again and again: at once when it starts, after every interval, and soon after a token named a key
/// that is not in it, so that an issuer may change its keys at any time. What cannot be read or has no key of use
/// leaves the keys as they are, is logged once, and tried again with growing pauses.
///
/// Owner:  whoever constructs, starts and stops it. The work is done on a thread of its own, on which `sink` is called
///         with each new set, the same one never twice in a row.
/// Errors: the constructor throws as first_keys().
class KeyRefresh {
 public:
  using Sink = std::function<void(std::vector<auth::Key>)>;

  /// For metrics; any thread.
  struct Counters {
    std::atomic<std::uint64_t> read{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> keys{0};  ///< of the set in force
  };

  /// `missed` is set by the verifiers, see auth::JwtSettings.
  KeyRefresh(const KeySource& source, std::shared_ptr<std::atomic<bool>> missed, Sink sink);
  /// Stops.
  ~KeyRefresh();
  KeyRefresh(const KeyRefresh&) = delete;
  KeyRefresh& operator=(const KeyRefresh&) = delete;

  void start();
  /// What is under way is dropped. Again: does nothing.
  void stop();

  [[nodiscard]] const Counters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace subd::daemon
