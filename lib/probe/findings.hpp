#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace subd::probe {

/// The promises that are checked. The names are part of every report format and never change their meaning.
namespace rule {
inline constexpr std::string_view kAuthAccepted = "auth.accepted";
inline constexpr std::string_view kAuthRefused = "auth.refused";
inline constexpr std::string_view kIdentity = "identity.connection";
inline constexpr std::string_view kIndicator = "isolation.indicator";
inline constexpr std::string_view kStream = "isolation.stream";
inline constexpr std::string_view kTick = "isolation.tick";
inline constexpr std::string_view kMode = "isolation.mode";
inline constexpr std::string_view kTier = "isolation.tier";
inline constexpr std::string_view kRest = "isolation.rest";
inline constexpr std::string_view kSet = "subscription.set";
inline constexpr std::string_view kSnapshotFirst = "snapshot.first";
inline constexpr std::string_view kSnapshotHistory = "snapshot.history";
inline constexpr std::string_view kMissing = "delivery.missing";
inline constexpr std::string_view kReply = "delivery.reply";
inline constexpr std::string_view kOrder = "delivery.order";
inline constexpr std::string_view kGap = "delivery.gap";
inline constexpr std::string_view kDuplicate = "delivery.duplicate";
inline constexpr std::string_view kOnce = "delivery.once";
inline constexpr std::string_view kValue = "consistency.value";
inline constexpr std::string_view kComputeOnce = "compute.once";
inline constexpr std::string_view kIndependence = "tab.independence";
inline constexpr std::string_view kHeartbeat = "heartbeat.ack";
inline constexpr std::string_view kMessage = "protocol.message";
inline constexpr std::string_view kRefused = "protocol.refused";
inline constexpr std::string_view kExpect = "scenario.expect";
inline constexpr std::string_view kLatency = "latency.limit";
inline constexpr std::string_view kResume = "session.resume";
}  // namespace rule

struct Rule {
  std::string_view name;
  std::string_view claim;    ///< the promise as a sentence
  std::string_view counted;  ///< what one check looks at, in the plural
};

/// Every rule, in the order of reports.
inline constexpr std::array<Rule, 27> kRules{{
    {rule::kAuthAccepted, "a valid token connects", "connections"},
    {rule::kAuthRefused, "a bad or expired token is refused", "tokens"},
    {rule::kIdentity, "every connection has an id of its own and its own user", "messages"},
    {rule::kIndicator, "a message holds no indicator that its tab did not ask for", "indicator values"},
    {rule::kStream, "no message of a stream that its tab did not ask for", "updates"},
    {rule::kTick, "no tick of an instrument that its tab did not ask for", "ticks"},
    {rule::kMode, "a tick is in the mode that its tab asked for and has no field of a higher one", "ticks"},
    {rule::kTier, "no premium signal reaches a tab whose tier may not see it", "signals"},
    {rule::kRest, "a session without a connection reads its own and nothing else", "requests and answers"},
    {rule::kSet, "a reply lists exactly the subscriptions in force", "replies"},
    {rule::kSnapshotFirst, "a snapshot comes before the first update", "updates"},
    {rule::kSnapshotHistory, "a snapshot's bars are the closed ones, in order, with the tab's indicators", "bars"},
    {rule::kMissing, "everything that was asked for arrives", "values"},
    {rule::kReply, "every request is answered", "requests"},
    {rule::kOrder, "updates of a stream arrive in order", "updates"},
    {rule::kGap, "no closed bar is lost", "closed bars"},
    {rule::kDuplicate, "no closed bar comes twice", "closed bars"},
    {rule::kOnce, "a signal comes once, and none before it later", "signals"},
    {rule::kValue, "the same update carries the same values to every tab", "comparisons"},
    {rule::kComputeOnce, "an indicator is computed once however many tabs take it", "topics"},
    {rule::kIndependence, "what happens to one tab changes nothing for another", "tab events"},
    {rule::kHeartbeat, "a heartbeat is answered", "heartbeats"},
    {rule::kMessage, "messages keep the protocol", "messages"},
    {rule::kRefused, "a request that is right is not refused", "requests"},
    {rule::kExpect, "what the scenario expects happens, and nothing that it forbids", "expectations"},
    {rule::kLatency, "delivery stays within the latency asked for", "updates"},
    {rule::kResume, "a tab that was cut off comes back to its session, and nobody else does", "returns"},
}};

/// One broken promise.
struct Violation {
  std::string_view rule;  ///< one of rule::
  std::string tab;        ///< name of the tab that saw it; empty: seen outside of any tab
  std::string message;    ///< what was promised and what came, for a person
  std::string frame;      ///< the offending message's beginning; empty: something that did not come
};

/// Counts what was looked at and keeps what was wrong. Bounded: of each rule the first kMaxKept violations are kept,
/// all are counted.
class Findings {
 public:
  static constexpr std::size_t kMaxKept = 50;
  static constexpr std::size_t kMaxFrameBytes = 400;

  /// `times` things were examined under `rule`, whatever came out.
  void checked(std::string_view rule, std::uint64_t times = 1);
  void violated(std::string_view rule, std::string_view tab, std::string message, std::string_view frame = {});
  /// Why a rule could not be examined, or figures that support it: shown beside it.
  void note(std::string_view rule, std::string text);

  [[nodiscard]] std::uint64_t checks(std::string_view rule) const noexcept;
  [[nodiscard]] std::uint64_t count(std::string_view rule) const noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept;
  [[nodiscard]] const std::vector<Violation>& kept() const noexcept { return kept_; }
  [[nodiscard]] const std::string& note(std::string_view rule) const noexcept;

 private:
  struct Count {
    std::uint64_t checks = 0;
    std::uint64_t violations = 0;
    std::string note;
  };
  std::map<std::string_view, Count> counts_;  // keys are the constants of rule::
  std::vector<Violation> kept_;
};

}  // namespace subd::probe
