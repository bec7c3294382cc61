#pragma once

#include <cstdint>
#include <string_view>

namespace subd::wire {

/// What the client should do after its connection ended; goes into the protocol's documentation and into client code.
enum class AfterClose : std::uint8_t { Reconnect, Reauthenticate, AskForLess, Fix, Stop };

/// Every way a session ends. `code` goes into the close frame; `text` is its reason and the name in logs and metrics.
struct CloseReason {
  std::uint16_t code;
  std::string_view text;
  AfterClose after;
  /// True when the peer cannot be relied on to read a close frame: the socket is cut at once.
  bool abrupt = false;
  /// The peer did not mean to end its session: where it may come back, the session waits for it.
  bool resumable = false;
};

namespace close_reason {
inline constexpr CloseReason kNormal{1000, "normal", AfterClose::Stop};
inline constexpr CloseReason kGoingAway{1001, "going away", AfterClose::Reconnect};
inline constexpr CloseReason kWsProtocol{1002, "websocket protocol error", AfterClose::Fix};
inline constexpr CloseReason kUnsupportedData{1003, "text frames only", AfterClose::Fix};
inline constexpr CloseReason kBadUtf8{1007, "invalid utf-8", AfterClose::Fix};
inline constexpr CloseReason kBadCompression{1007, "damaged compression", AfterClose::Fix};
inline constexpr CloseReason kMessageTooBig{1009, "message too big", AfterClose::Fix};
inline constexpr CloseReason kProtocolError{4000, "protocol error", AfterClose::Stop};
inline constexpr CloseReason kUnauthorized{4001, "unauthorized", AfterClose::Reauthenticate};
inline constexpr CloseReason kTokenExpired{4002, "token expired", AfterClose::Reauthenticate};
inline constexpr CloseReason kForbidden{4003, "forbidden", AfterClose::Stop};
inline constexpr CloseReason kHeartbeatTimeout{4004, "heartbeat timeout", AfterClose::Reconnect, true, true};
inline constexpr CloseReason kSlowConsumer{4005, "slow consumer", AfterClose::AskForLess, true};
inline constexpr CloseReason kClosedByOperator{4006, "closed by operator", AfterClose::Stop};
inline constexpr CloseReason kResumedElsewhere{4007, "resumed elsewhere", AfterClose::Stop};
inline constexpr CloseReason kLimitExceeded{4008, "limit exceeded", AfterClose::Stop};
inline constexpr CloseReason kTooManyErrors{4009, "too many errors", AfterClose::Stop};
inline constexpr CloseReason kInternalError{4010, "internal error", AfterClose::Reconnect};
/// The peer went away by itself; nothing is sent.
inline constexpr CloseReason kPeerGone{1006, "peer gone", AfterClose::Reconnect, true, true};
/// The peer said that it goes away, as a browser does when its page is left or loaded anew.
inline constexpr CloseReason kPeerLeft{1001, "client going away", AfterClose::Reconnect, false, true};
}  // namespace close_reason

}  // namespace subd::wire
