#include "probe/tab_set.hpp"

#include <algorithm>
#include <utility>

namespace subd::probe {

namespace {
constexpr std::string_view kPath = "/ws/indicators";
}

class TabSet::Watched final : public TabObserver {
 public:
  Watched(TabSet& set, TabId tab) : set_{set}, id_{tab}, tab_{set.loop_, *this} {}

  void on_open() override {
    if (set_.oracle_.is_there(id_)) return;
    set_.ask(id_, {.kind = RequestKind::Resume, .received = set_.oracle_.received_by(id_)});
  }

  void on_message(std::string_view text, base::MonoTime received) override {
    const ServerMessage* message = set_.oracle_.received(id_, text, received);
    if (set_.listener_) set_.listener_(id_, text, message, received);
  }

  void on_end(const TabEnd& end) override {
    end_ = end;
    set_.oracle_.ended(id_, end.describe(), set_.loop_.now());
  }

  void connect_again(const std::string& path, const std::string& token) {
    end_.reset();
    tab_.connect(set_.endpoint_, path, token);
  }

  [[nodiscard]] Tab& tab() noexcept { return tab_; }
  [[nodiscard]] const std::optional<TabEnd>& end() const noexcept { return end_; }
  [[nodiscard]] std::uint64_t next_request() noexcept { return ++requests_; }

 private:
  TabSet& set_;
  TabId id_;
  std::uint64_t requests_ = 0;
  std::optional<TabEnd> end_;
  Tab tab_;
};

TabSet::TabSet(Loop& loop, Endpoint endpoint, Oracle& oracle)
    : loop_{loop}, endpoint_{std::move(endpoint)}, oracle_{oracle} {}

TabSet::~TabSet() = default;

TabId TabSet::open(std::string name, const TabToken& token) {
  const TabId id = oracle_.add_tab({std::move(name), token.user, token.session});
  tabs_.push_back(std::make_unique<Watched>(*this, id));
  tabs_[id]->tab().connect(endpoint_, kPath, token.token);
  return id;
}

TabId TabSet::open_refused(std::string name, const TabToken& token) {
  const TabId id = open(std::move(name), token);
  oracle_.expect_refusal(id);
  return id;
}

std::uint64_t TabSet::ask(TabId tab, Request request) {
  request.id = tabs_[tab]->next_request();
  const std::uint64_t id = request.id;
  if (tabs_[tab]->tab().state() != TabState::Open) return id;
  oracle_.sent(tab, request, loop_.now());
  tabs_[tab]->tab().send(request_text(request));
  return id;
}

std::uint64_t TabSet::subscribe(TabId tab, std::string symbol, std::string timeframe,
                                std::vector<std::string> indicators, std::uint32_t history) {
  return ask(tab, {.kind = RequestKind::Subscribe,
                   .symbol = std::move(symbol),
                   .timeframe = std::move(timeframe),
                   .indicators = std::move(indicators),
                   .history = history});
}

std::uint64_t TabSet::unsubscribe(TabId tab, std::string symbol, std::string timeframe,
                                  std::optional<std::vector<std::string>> indicators) {
  return ask(tab, {.kind = RequestKind::Unsubscribe,
                   .symbol = std::move(symbol),
                   .timeframe = std::move(timeframe),
                   .indicators = std::move(indicators)});
}

std::uint64_t TabSet::list(TabId tab) {
  return ask(tab, {.kind = RequestKind::List});
}

std::uint64_t TabSet::heartbeat(TabId tab) {
  return ask(tab, {.kind = RequestKind::Heartbeat});
}

void TabSet::close(TabId tab) {
  oracle_.leaving(tab, "closed", loop_.now());
  tabs_[tab]->tab().close();
}

void TabSet::announce_end(TabId tab) {
  if (!end(tab)) oracle_.leaving(tab, "to be closed by the server", loop_.now());
}

void TabSet::kill(TabId tab) {
  oracle_.leaving(tab, "cut without a close frame", loop_.now());
  tabs_[tab]->tab().kill();
}

void TabSet::cut(TabId tab) {
  oracle_.cutting(tab, loop_.now());
  tabs_[tab]->tab().kill();
}

void TabSet::resume(TabId tab, const std::string& token) {
  oracle_.returning(tab);
  tabs_[tab]->connect_again(std::string{kPath} + "?resume=" + oracle_.resume_token(tab), token);
}

TabState TabSet::state(TabId tab) const {
  return tabs_[tab]->tab().state();
}

const std::optional<TabEnd>& TabSet::end(TabId tab) const {
  return tabs_[tab]->end();
}

bool TabSet::is_settled(TabId tab) const {
  return tabs_[tab]->end().has_value() || oracle_.is_connected(tab);
}

bool TabSet::all_answered() const {
  for (TabId tab = 0; tab < tabs_.size(); ++tab) {
    if (tabs_[tab]->tab().state() == TabState::Open && oracle_.unanswered(tab) > 0) return false;
  }
  return true;
}

}  // namespace subd::probe
