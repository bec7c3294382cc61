#pragma once

#include <CLI/CLI.hpp>

#include "wsprobe/invocation.hpp"

/// One function per verb, each in its cmd_<verb>.cpp: adds the verb with its flags to `app`; the verb's callback sets
/// `invocation.action`.
namespace subd::wsprobe {

void add_isolation(CLI::App& app, Invocation& invocation);
void add_resume(CLI::App& app, Invocation& invocation);
void add_run(CLI::App& app, Invocation& invocation);
void add_tail(CLI::App& app, Invocation& invocation);
void add_load(CLI::App& app, Invocation& invocation);
void add_ticks(CLI::App& app, Invocation& invocation);
void add_signals(CLI::App& app, Invocation& invocation);
void add_completion(CLI::App& app, Invocation& invocation);

}  // namespace subd::wsprobe
