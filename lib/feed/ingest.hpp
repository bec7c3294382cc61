#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "feed/ingest_batch.hpp"

namespace subd::feed {

/// What became of a batch.
struct IngestOutcome {
  IngestHead head;
  std::size_t applied = 0;  ///< rows that the market has seen
  bool duplicate = false;   ///< the number was applied before: nothing was done
  /// The number that should have come, when another one did: what is between was never seen here.
  std::optional<std::uint64_t> expected;
  IngestProblems problems;
};

/// The acknowledgement that the publisher reads: `{"type":"ack",..}`.
[[nodiscard]] std::string ingest_ack(const IngestOutcome& outcome);

/// Where published rows go.
class Ingest {
 public:
  using Done = std::function<void(const IngestOutcome&)>;

  virtual ~Ingest() = default;
  /// What to read batches by. The same for the life of the source; any thread.
  [[nodiscard]] virtual std::shared_ptr<const IngestRules> rules() const = 0;
  /// Takes a batch of `user`. `done` is called from within a later advance(), when the rows are applied. Market thread.
  virtual void offer(std::string user, IngestBatch batch, Done done) = 0;
};

}  // namespace subd::feed
