#include "store/bar_queue.hpp"

#include <utility>

namespace subd::store {

BarQueue::~BarQueue() {
  // One by one: a long chain of owners would end in a recursion as deep.
  for (auto batch = take_all(); batch;) batch = std::move(batch->next);
}

std::unique_ptr<BarQueue::Batch> BarQueue::take_all() noexcept {
  // acquire: what the other side wrote into the batches is seen.
  return std::unique_ptr<Batch>{newest_.exchange(nullptr, std::memory_order_acquire)};
}

void BarQueue::push(std::vector<ClosedBar> bars) {
  if (bars.empty()) return;
  // Counted before they can be taken, so that the figure never runs below zero.
  const std::size_t waiting = size_.fetch_add(bars.size(), std::memory_order_relaxed) + bars.size();
  auto* batch = new Batch{std::move(bars), nullptr};
  // The other side only ever takes the whole chain, so what is read as the head is the head or gone: no ABA.
  Batch* head = newest_.load(std::memory_order_relaxed);
  do {
    static_cast<void>(batch->next.release());  // not this queue's yet, or no more
    batch->next.reset(head);
  } while (!newest_.compare_exchange_weak(head, batch, std::memory_order_release, std::memory_order_relaxed));
  if (waiting > bound_) trim();
}

void BarQueue::trim() {
  std::unique_ptr<Batch> kept = take_all();
  if (!kept) return;
  const std::size_t wanted = bound_ - bound_ / 4;
  std::size_t room = wanted > kept->bars.size() ? wanted - kept->bars.size() : 0;
  Batch* oldest_kept = kept.get();
  while (oldest_kept->next && oldest_kept->next->bars.size() <= room) {
    oldest_kept = oldest_kept->next.get();
    room -= oldest_kept->bars.size();
  }
  std::size_t lost = 0;
  for (auto batch = std::move(oldest_kept->next); batch; batch = std::move(batch->next)) lost += batch->bars.size();
  size_.fetch_sub(lost, std::memory_order_relaxed);
  dropped_.fetch_add(lost, std::memory_order_relaxed);
  // Nobody else pushes, so the head is still null.
  newest_.store(kept.release(), std::memory_order_release);
}

void BarQueue::take(std::vector<ClosedBar>& out) {
  std::unique_ptr<Batch> oldest;
  for (auto batch = take_all(); batch;) {
    auto next = std::exchange(batch->next, std::move(oldest));
    oldest = std::exchange(batch, std::move(next));
  }
  for (; oldest; oldest = std::move(oldest->next)) {
    out.insert(out.end(), oldest->bars.begin(), oldest->bars.end());
    size_.fetch_sub(oldest->bars.size(), std::memory_order_relaxed);
  }
}

}  // namespace subd::store
