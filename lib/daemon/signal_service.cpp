#include "daemon/signal_service.hpp"

#include <utility>

#include "wire/signal_body.hpp"

namespace subd::daemon {
namespace {

using server::HttpResponse;

SignalDeskSettings desk_settings(const config::Config& config) {
  return {.keep_tiers = config.signals.tier_refresh / 2,
          .retention = config.store.retention_signals,
          .most_replayed = config.signals.replay_limit,
          .most_replayed_bytes = config.session.outbox_hard_bytes / 2};
}

HttpResponse refusal(const wire::SignalBodyError& error) {
  switch (error.kind) {
    case wire::SignalBodyError::Kind::NotJson:
      return server::problem(400, "bad_json", error.message);
    case wire::SignalBodyError::Kind::TooMany:
      return server::problem(413, "body_too_big", error.message);
    case wire::SignalBodyError::Kind::BadField:
      break;
  }
  return server::problem(422, "bad_field", error.message);
}

HttpResponse nothing_is_stored() {
  return server::problem(503, "unavailable", "nothing is stored: the configuration says store.enabled = false");
}

}  // namespace

/// One io thread's way to the desk.
class SignalService::Link final : public hub::SignalLink {
 public:
  Link(SignalService& service, std::size_t hub) noexcept : service_{service}, hub_{hub} {}

  void ask(std::vector<hub::SignalAsk> asks) override {
    if (service_.service_.store != nullptr) return service_.submit(HubQuestion{hub_, std::move(asks)});
    // Nobody's tier is stored: the token alone says what it is.
    std::vector<hub::SignalReply> replies;
    for (const hub::SignalAsk& one : asks) {
      const auth::Tier tier = service_.rules_.in_force(std::nullopt, one.tier_claim);
      hub::SignalReply& reply = replies.emplace_back();
      reply.serial = one.serial;
      reply.standing = {std::string{auth::tier_name(tier)}, service_.rules_.sees_premium(tier), true};
    }
    service_.answer(hub_, std::move(replies));
  }

 private:
  SignalService& service_;
  std::size_t hub_;
};

SignalService::SignalService(Service& service, const auth::TierRules& rules)
    : service_{service},
      rules_{rules},
      desk_{service.store == nullptr
                ? nullptr
                : std::make_unique<SignalDesk>(rules, desk_settings(service.config), *service.store, *this,
                                               service.clock, service.signals)} {}

std::unique_ptr<hub::SignalLink> SignalService::link(std::size_t hub) {
  return std::make_unique<Link>(*this, hub);
}

template <class Item>
void SignalService::submit(Item item) {
  // Shared, because a task has to be copyable.
  service_.store->post([this, shared = std::make_shared<Item>(std::move(item))](store::Database*) {
    desk_->add(std::move(*shared));
    // Behind everything that is posted by then: what comes together is served together.
    if (!std::exchange(serving_, true)) {
      service_.store->post([this](store::Database* database) {
        serving_ = false;
        desk_->serve(database);
      });
    }
  });
}

void SignalService::store(std::string_view body, server::Respond respond) {
  if (service_.store == nullptr) return respond(nothing_is_stored());
  auto drafts = wire::parse_signal_body(body);
  if (!drafts) return respond(refusal(drafts.error()));
  if (service_.store->condition() != store::Condition::Working) {
    service_.signals.failed.fetch_add(1, std::memory_order_relaxed);
    return respond(server::come_back_later(503, "unavailable", "the store does not work; nothing was stored", 1));
  }
  if (waiting_.fetch_add(1, std::memory_order_relaxed) >= kMostWaiting) {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    return respond(server::come_back_later(429, "rate_limited",
                                           "the signals before these are not stored yet; send them again", 1));
  }
  SignalWrite write;
  for (wire::SignalDraft& draft : *drafts) {
    write.request.signals.push_back({std::move(draft.id), draft.premium, draft.created_at, std::move(draft.members)});
  }
  write.respond = [this, respond = std::move(respond)](HttpResponse response) {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    respond(std::move(response));
  };
  submit(std::move(write));
}

void SignalService::list(server::SignalQuery query, server::Respond respond) {
  if (service_.store == nullptr) return respond(nothing_is_stored());
  submit(SignalPoll{std::move(query), std::move(respond)});
}

void SignalService::ask_tiers(TierQuestion question) {
  if (service_.store != nullptr) return submit(std::move(question));
  std::vector<std::optional<auth::Tier>> tiers;
  tiers.reserve(question.users.size());
  for (const TierClaim& one : question.users) tiers.emplace_back(rules_.in_force(std::nullopt, one.claim));
  question.done(tiers);
}

void SignalService::tier_changed(const std::string& user, auth::Tier tier) {
  service_.store->post([this, user, tier](store::Database*) {
    desk_->set_tier(user, tier);
    for (const auto& io : service_.io_threads) {
      io->post([&thread = *io, user] { thread.signals().recheck(user); });
    }
  });
}

void SignalService::publish(std::vector<wire::SignalPtr> burst) {
  const auto shared = std::make_shared<const std::vector<wire::SignalPtr>>(std::move(burst));
  for (const auto& io : service_.io_threads) {
    io->post([&thread = *io, shared] { thread.signals().publish(*shared); });
  }
}

void SignalService::answer(std::size_t hub, std::vector<hub::SignalReply> replies) {
  server::IoThread& io = *service_.io_threads[hub];
  io.post([&io, shared = std::make_shared<std::vector<hub::SignalReply>>(std::move(replies))] {
    io.signals().answered(*shared);
  });
}

}  // namespace subd::daemon
