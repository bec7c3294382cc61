#pragma once

#include <CLI/CLI.hpp>

#include "subctl/invocation.hpp"

/// One function per verb, each in its cmd_<verb>.cpp: adds the verb with its flags to `app`; the verb's callback sets
/// `invocation.action`.
namespace subd::subctl {

void add_status(CLI::App& app, Invocation& invocation);
void add_sessions(CLI::App& app, Invocation& invocation);
void add_topics(CLI::App& app, Invocation& invocation);
void add_streams(CLI::App& app, Invocation& invocation);
void add_upstream(CLI::App& app, Invocation& invocation);
void add_channels(CLI::App& app, Invocation& invocation);
void add_subs(CLI::App& app, Invocation& invocation);
void add_indicators(CLI::App& app, Invocation& invocation);
void add_instruments(CLI::App& app, Invocation& invocation);
void add_bars(CLI::App& app, Invocation& invocation);
void add_analytics(CLI::App& app, Invocation& invocation);
void add_token(CLI::App& app, Invocation& invocation);
void add_apikey(CLI::App& app, Invocation& invocation);
void add_users(CLI::App& app, Invocation& invocation);
void add_signals(CLI::App& app, Invocation& invocation);
void add_drain(CLI::App& app, Invocation& invocation);
void add_loglevel(CLI::App& app, Invocation& invocation);
void add_reload(CLI::App& app, Invocation& invocation);
void add_top(CLI::App& app, Invocation& invocation);
void add_metrics(CLI::App& app, Invocation& invocation);
void add_config(CLI::App& app, Invocation& invocation);
void add_completion(CLI::App& app, Invocation& invocation);

}  // namespace subd::subctl
