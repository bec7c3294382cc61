# fish completion for subctl

# True when the words before the cursor lead to verb $argv[1], with $argv[2] arguments after it if given.
function __subctl_at
    set -l path /
    set -l arg 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$path $word"
            case '/ status'
                set path /status
                set arg 0
            case '/ sessions'
                set path /sessions
                set arg 0
            case '/ topics'
                set path /topics
                set arg 0
            case '/ streams'
                set path /streams
                set arg 0
            case '/ upstream'
                set path /upstream
                set arg 0
            case '/ channels'
                set path /channels
                set arg 0
            case '/ subs'
                set path /subs
                set arg 0
            case '/ indicators'
                set path /indicators
                set arg 0
            case '/ instruments'
                set path /instruments
                set arg 0
            case '/ bars'
                set path /bars
                set arg 0
            case '/ analytics'
                set path /analytics
                set arg 0
            case '/ token'
                set path /token
                set arg 0
            case '/ apikey'
                set path /apikey
                set arg 0
            case '/ users'
                set path /users
                set arg 0
            case '/ signals'
                set path /signals
                set arg 0
            case '/ loglevel'
                set path /loglevel
                set arg 0
            case '/ reload'
                set path /reload
                set arg 0
            case '/ drain'
                set path /drain
                set arg 0
            case '/ top'
                set path /top
                set arg 0
            case '/ metrics'
                set path /metrics
                set arg 0
            case '/ config'
                set path /config
                set arg 0
            case '/ completion'
                set path /completion
                set arg 0
            case '/ --control'
                set skip 1
            case '/status --control'
                set skip 1
            case '/sessions ls'
                set path /sessions/ls
                set arg 0
            case '/sessions show'
                set path /sessions/show
                set arg 0
            case '/sessions close'
                set path /sessions/close
                set arg 0
            case '/sessions --user' '/sessions --control'
                set skip 1
            case '/sessions/ls --user' '/sessions/ls --control'
                set skip 1
            case '/sessions/show --user' '/sessions/show --control'
                set skip 1
            case '/sessions/close --reason' '/sessions/close --user' '/sessions/close --control'
                set skip 1
            case '/topics --sort' '/topics --symbol' '/topics --control'
                set skip 1
            case '/streams --control'
                set skip 1
            case '/upstream --control'
                set skip 1
            case '/channels --control'
                set skip 1
            case '/subs add'
                set path /subs/add
                set arg 0
            case '/subs rm'
                set path /subs/rm
                set arg 0
            case '/subs --control'
                set skip 1
            case '/subs/add --history' '/subs/add --control'
                set skip 1
            case '/subs/rm --control'
                set skip 1
            case '/indicators --control'
                set skip 1
            case '/instruments import'
                set path /instruments/import
                set arg 0
            case '/instruments search'
                set path /instruments/search
                set arg 0
            case '/instruments show'
                set path /instruments/show
                set arg 0
            case '/instruments --control'
                set skip 1
            case '/instruments/import --control'
                set skip 1
            case '/instruments/search --limit' '/instruments/search --exchange' '/instruments/search --type' '/instruments/search --control'
                set skip 1
            case '/instruments/show --control'
                set skip 1
            case '/bars ls'
                set path /bars/ls
                set arg 0
            case '/bars import'
                set path /bars/import
                set arg 0
            case '/bars export'
                set path /bars/export
                set arg 0
            case '/bars backfill'
                set path /bars/backfill
                set arg 0
            case '/bars --control'
                set skip 1
            case '/bars/ls --control'
                set skip 1
            case '/bars/import --symbol' '/bars/import --timeframe' '/bars/import --source' '/bars/import --control'
                set skip 1
            case '/bars/export --symbol' '/bars/export --timeframe' '/bars/export --source' '/bars/export --from' '/bars/export --to' '/bars/export --control'
                set skip 1
            case '/bars/backfill --from' '/bars/backfill --control'
                set skip 1
            case '/analytics top'
                set path /analytics/top
                set arg 0
            case '/analytics trend'
                set path /analytics/trend
                set arg 0
            case '/analytics --control'
                set skip 1
            case '/analytics/top --by' '/analytics/top --since' '/analytics/top --limit' '/analytics/top --control'
                set skip 1
            case '/analytics/trend --by' '/analytics/trend --since' '/analytics/trend --control'
                set skip 1
            case '/token issue'
                set path /token/issue
                set arg 0
            case '/token verify'
                set path /token/verify
                set arg 0
            case '/token revoke'
                set path /token/revoke
                set arg 0
            case '/token revoked'
                set path /token/revoked
                set arg 0
            case '/token --control'
                set skip 1
            case '/token/issue --user' '/token/issue --session' '/token/issue --ttl' '/token/issue --tier' '/token/issue --role' '/token/issue --control'
                set skip 1
            case '/token/verify --control'
                set skip 1
            case '/token/revoke '
                set path /token/revoke/
                set arg 0
            case '/token/revoke --control'
                set skip 1
            case '/token/revoke/ --user' '/token/revoke/ --session' '/token/revoke/ --jti'
                set skip 1
            case '/token/revoked --control'
                set skip 1
            case '/apikey add'
                set path /apikey/add
                set arg 0
            case '/apikey ls'
                set path /apikey/ls
                set arg 0
            case '/apikey rm'
                set path /apikey/rm
                set arg 0
            case '/apikey --control'
                set skip 1
            case '/apikey/add --user' '/apikey/add --role' '/apikey/add --name' '/apikey/add --control'
                set skip 1
            case '/apikey/ls --control'
                set skip 1
            case '/apikey/rm --control'
                set skip 1
            case '/users ls'
                set path /users/ls
                set arg 0
            case '/users set-tier'
                set path /users/set-tier
                set arg 0
            case '/users --control'
                set skip 1
            case '/users/ls --control'
                set skip 1
            case '/users/set-tier --control'
                set skip 1
            case '/signals ls'
                set path /signals/ls
                set arg 0
            case '/signals --control'
                set skip 1
            case '/signals/ls --since' '/signals/ls --limit' '/signals/ls --control'
                set skip 1
            case '/loglevel --control'
                set skip 1
            case '/reload --control'
                set skip 1
            case '/drain --over' '/drain --control'
                set skip 1
            case '/top --interval' '/top --sort' '/top --control'
                set skip 1
            case '/metrics --control'
                set skip 1
            case '/config --control'
                set skip 1
            case '/completion --control'
                set skip 1
            case '* -*'
            case '*'
                set arg (math $arg + 1)
        end
    end
    test $path = $argv[1]; or return 1
    test (count $argv) -lt 2; or test $arg = $argv[2]
end

complete -c subctl -f
complete -c subctl -n '__subctl_at /' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at / 0' -a 'status' -d 'What the daemon is doing'
complete -c subctl -n '__subctl_at / 0' -a 'sessions' -d 'List, show or close sessions'
complete -c subctl -n '__subctl_at / 0' -a 'topics' -d 'Indicators that are computed, and for how many subscribers'
complete -c subctl -n '__subctl_at / 0' -a 'streams' -d 'Symbols and timeframes that are built, with their bars'
complete -c subctl -n '__subctl_at / 0' -a 'upstream' -d 'The feed\'s connections, with their tokens'
complete -c subctl -n '__subctl_at / 0' -a 'channels' -d 'The broadcast channels, with their clients and messages'
complete -c subctl -n '__subctl_at / 0' -a 'subs' -d 'Change what a live session is subscribed to'
complete -c subctl -n '__subctl_at / 0' -a 'indicators' -d 'Indicators that can be subscribed to, or one of them in full'
complete -c subctl -n '__subctl_at / 0' -a 'instruments' -d 'Import, search and show what trades'
complete -c subctl -n '__subctl_at / 0' -a 'bars' -d 'List, import and export the bars that are stored'
complete -c subctl -n '__subctl_at / 0' -a 'analytics' -d 'What is subscribed most, and when'
complete -c subctl -n '__subctl_at / 0' -a 'token' -d 'Issue and revoke tokens, or explain why one is rejected'
complete -c subctl -n '__subctl_at / 0' -a 'apikey' -d 'Make, list and remove the keys of programs'
complete -c subctl -n '__subctl_at / 0' -a 'users' -d 'List users and set their tiers'
complete -c subctl -n '__subctl_at / 0' -a 'signals' -d 'Look at stored signals'
complete -c subctl -n '__subctl_at / 0' -a 'loglevel' -d 'Print or set how much the daemon logs'
complete -c subctl -n '__subctl_at / 0' -a 'reload' -d 'Read the configuration and the certificate again'
complete -c subctl -n '__subctl_at / 0' -a 'drain' -d 'Say goodbye to every client, spread over some time, and end the daemon'
complete -c subctl -n '__subctl_at / 0' -a 'top' -d 'Watch topics and sessions; q quits, o changes the order'
complete -c subctl -n '__subctl_at / 0' -a 'metrics' -d 'Print the metrics as Prometheus text'
complete -c subctl -n '__subctl_at / 0' -a 'config' -d 'Print the configuration that is in force, as TOML without secrets'
complete -c subctl -n '__subctl_at / 0' -a 'completion' -d 'Print the completion script for a shell'
complete -c subctl -n '__subctl_at /status' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /status' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /status' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /status' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /sessions' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /sessions' -l user -x -d 'Only sessions of this user'
complete -c subctl -n '__subctl_at /sessions' -l closed -d 'The last sessions that ended, and why'
complete -c subctl -n '__subctl_at /sessions' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /sessions' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /sessions' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /sessions 0' -a 'ls' -d 'List the sessions'
complete -c subctl -n '__subctl_at /sessions 0' -a 'show' -d 'Show one session and its streams'
complete -c subctl -n '__subctl_at /sessions 0' -a 'close' -d 'Close one session with code 4006'
complete -c subctl -n '__subctl_at /sessions/ls' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /sessions/ls' -l user -x -d 'Only sessions of this user'
complete -c subctl -n '__subctl_at /sessions/ls' -l closed -d 'The last sessions that ended, and why'
complete -c subctl -n '__subctl_at /sessions/ls' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /sessions/ls' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /sessions/ls' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /sessions/show' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /sessions/show' -l user -x -d 'Only sessions of this user'
complete -c subctl -n '__subctl_at /sessions/show' -l closed -d 'The last sessions that ended, and why'
complete -c subctl -n '__subctl_at /sessions/show' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /sessions/show' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /sessions/show' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /sessions/close' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /sessions/close' -l reason -x -d 'Text for the client, at most 123 bytes'
complete -c subctl -n '__subctl_at /sessions/close' -l user -x -d 'Only sessions of this user'
complete -c subctl -n '__subctl_at /sessions/close' -l closed -d 'The last sessions that ended, and why'
complete -c subctl -n '__subctl_at /sessions/close' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /sessions/close' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /sessions/close' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /topics' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /topics' -l sort -x -a 'subscribers rate symbol' -d 'Order of the rows'
complete -c subctl -n '__subctl_at /topics' -l symbol -x -d 'Only topics of this symbol'
complete -c subctl -n '__subctl_at /topics' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /topics' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /topics' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /streams' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /streams' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /streams' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /streams' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /upstream' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /upstream' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /upstream' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /upstream' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /channels' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /channels' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /channels' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /channels' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /subs' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /subs' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /subs' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /subs' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /subs 0' -a 'add' -d 'Subscribe a session to a stream or to more indicators of it'
complete -c subctl -n '__subctl_at /subs 0' -a 'rm' -d 'Unsubscribe a session from a stream or from indicators of it'
complete -c subctl -n '__subctl_at /subs/add' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /subs/add' -l history -x -d 'Closed bars in the snapshot'
complete -c subctl -n '__subctl_at /subs/add' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /subs/add' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /subs/add' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /subs/rm' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /subs/rm' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /subs/rm' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /subs/rm' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /indicators' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /indicators' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /indicators' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /indicators' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /instruments' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /instruments' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /instruments' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /instruments' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /instruments 0' -a 'import' -d 'Take a dump of instruments in place of the one before'
complete -c subctl -n '__subctl_at /instruments 0' -a 'search' -d 'Find instruments by symbol, alias or words of the name'
complete -c subctl -n '__subctl_at /instruments 0' -a 'show' -d 'Show one instrument in full'
complete -c subctl -n '__subctl_at /instruments/import' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /instruments/import' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /instruments/import' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /instruments/import' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /instruments/import 0' -F -d 'CSV as Kite\'s /instruments gives it; - reads standard input'
complete -c subctl -n '__subctl_at /instruments/search' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /instruments/search' -l limit -x -d 'Instruments to print at most'
complete -c subctl -n '__subctl_at /instruments/search' -l exchange -x -d 'Only of this exchange, e.g'
complete -c subctl -n '__subctl_at /instruments/search' -l type -x -a 'index equity future call put other' -d 'Only of this type'
complete -c subctl -n '__subctl_at /instruments/search' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /instruments/search' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /instruments/search' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /instruments/show' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /instruments/show' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /instruments/show' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /instruments/show' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /bars' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /bars' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /bars' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /bars' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /bars 0' -a 'ls' -d 'List the streams that have bars in the store'
complete -c subctl -n '__subctl_at /bars 0' -a 'import' -d 'Store the bars of a CSV file'
complete -c subctl -n '__subctl_at /bars 0' -a 'export' -d 'Print stored bars as CSV, oldest first'
complete -c subctl -n '__subctl_at /bars 0' -a 'backfill' -d 'Ask the feed for its history and store it'
complete -c subctl -n '__subctl_at /bars/ls' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /bars/ls' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /bars/ls' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /bars/ls' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /bars/import' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /bars/import' -l symbol -x -d 'Symbol, e.g'
complete -c subctl -n '__subctl_at /bars/import' -l timeframe -x -d 'Timeframe, e.g'
complete -c subctl -n '__subctl_at /bars/import' -l source -x -d 'Market, as in `subctl bars ls`; that of the running feed by default'
complete -c subctl -n '__subctl_at /bars/import' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /bars/import' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /bars/import' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /bars/import 0' -F -d 'File with a header, as for a replay; - reads standard input'
complete -c subctl -n '__subctl_at /bars/export' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /bars/export' -l symbol -x -d 'Symbol, e.g'
complete -c subctl -n '__subctl_at /bars/export' -l timeframe -x -d 'Timeframe, e.g'
complete -c subctl -n '__subctl_at /bars/export' -l source -x -d 'Market, as in `subctl bars ls`; that of the running feed by default'
complete -c subctl -n '__subctl_at /bars/export' -l from -x -d 'Start of the first bar, ISO 8601; the oldest by default'
complete -c subctl -n '__subctl_at /bars/export' -l to -x -d 'Bars start before this, ISO 8601; to the newest by default'
complete -c subctl -n '__subctl_at /bars/export' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /bars/export' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /bars/export' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /bars/backfill' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /bars/backfill' -l from -x -d 'Oldest bar, ISO 8601; as many as a stream holds by default'
complete -c subctl -n '__subctl_at /bars/backfill' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /bars/backfill' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /bars/backfill' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /analytics' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /analytics' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /analytics' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /analytics' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /analytics 0' -a 'top' -d 'The most subscribed symbols, timeframes or indicators'
complete -c subctl -n '__subctl_at /analytics 0' -a 'trend' -d 'Subscribes by the hour, and what led them'
complete -c subctl -n '__subctl_at /analytics/top' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /analytics/top' -l by -x -a 'symbol timeframe indicator' -d 'What is counted'
complete -c subctl -n '__subctl_at /analytics/top' -l since -x -d 'How far back to look, in whole hours'
complete -c subctl -n '__subctl_at /analytics/top' -l limit -x -d 'At most so many'
complete -c subctl -n '__subctl_at /analytics/top' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /analytics/top' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /analytics/top' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /analytics/trend' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /analytics/trend' -l by -x -a 'symbol timeframe indicator' -d 'What is counted'
complete -c subctl -n '__subctl_at /analytics/trend' -l since -x -d 'How far back to look, in whole hours'
complete -c subctl -n '__subctl_at /analytics/trend' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /analytics/trend' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /analytics/trend' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /token' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /token' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /token' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /token 0' -a 'issue' -d 'Print a new token'
complete -c subctl -n '__subctl_at /token 0' -a 'verify' -d 'Tell whether the daemon accepts a token, and why not'
complete -c subctl -n '__subctl_at /token 0' -a 'revoke' -d 'Refuse tokens from now on and close their connections'
complete -c subctl -n '__subctl_at /token 0' -a 'revoked' -d 'What was revoked'
complete -c subctl -n '__subctl_at /token/issue' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token/issue' -l user -x -d 'User id, e.g'
complete -c subctl -n '__subctl_at /token/issue' -l session -x -d 'Session claim, e.g'
complete -c subctl -n '__subctl_at /token/issue' -l ttl -x -d 'How long the token is valid'
complete -c subctl -n '__subctl_at /token/issue' -l tier -x -d 'Tier claim, e.g'
complete -c subctl -n '__subctl_at /token/issue' -l role -x -a 'admin' -d 'Role claim'
complete -c subctl -n '__subctl_at /token/issue' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /token/issue' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /token/issue' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /token/verify' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token/verify' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /token/verify' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /token/verify' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /token/revoke' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token/revoke' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /token/revoke' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /token/revoke' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /token/revoke 0' -a '' -d ''
complete -c subctl -n '__subctl_at /token/revoke/' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token/revoke/' -l user -x -d 'All tokens of a user that were issued until now'
complete -c subctl -n '__subctl_at /token/revoke/' -l session -x -d 'All tokens of a session claim that were issued until now'
complete -c subctl -n '__subctl_at /token/revoke/' -l jti -x -d 'The one token of that id, its jti claim'
complete -c subctl -n '__subctl_at /token/revoked' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /token/revoked' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /token/revoked' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /token/revoked' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /apikey' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /apikey' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /apikey' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /apikey' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /apikey 0' -a 'add' -d 'Print a new key, which is shown this once only'
complete -c subctl -n '__subctl_at /apikey 0' -a 'ls' -d 'The keys, without what is secret of them'
complete -c subctl -n '__subctl_at /apikey 0' -a 'rm' -d 'Remove a key and close the connections that it opened'
complete -c subctl -n '__subctl_at /apikey/add' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /apikey/add' -l user -x -d 'User id that the key speaks for, e.g'
complete -c subctl -n '__subctl_at /apikey/add' -l role -x -a 'client publisher signals admin' -d 'What the key is good for'
complete -c subctl -n '__subctl_at /apikey/add' -l name -x -d 'A word for the operator, e.g'
complete -c subctl -n '__subctl_at /apikey/add' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /apikey/add' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /apikey/add' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /apikey/ls' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /apikey/ls' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /apikey/ls' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /apikey/ls' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /apikey/rm' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /apikey/rm' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /apikey/rm' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /apikey/rm' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /users' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /users' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /users' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /users' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /users 0' -a 'ls' -d 'Users whose tier was set; of others the token says it'
complete -c subctl -n '__subctl_at /users 0' -a 'set-tier' -d 'Set a user\'s tier, which wins over that of the token'
complete -c subctl -n '__subctl_at /users/ls' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /users/ls' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /users/ls' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /users/ls' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /users/set-tier' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /users/set-tier' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /users/set-tier' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /users/set-tier' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /signals' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /signals' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /signals' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /signals' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /signals 0' -a 'ls' -d 'The newest signals, oldest first'
complete -c subctl -n '__subctl_at /signals/ls' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /signals/ls' -l since -x -d 'Those after the signal of this id'
complete -c subctl -n '__subctl_at /signals/ls' -l limit -x -d 'Most signals to list'
complete -c subctl -n '__subctl_at /signals/ls' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /signals/ls' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /signals/ls' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /loglevel' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /loglevel' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /loglevel' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /loglevel' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /loglevel 0' -a 'trace debug info warn error off' -d 'New level, until the daemon ends'
complete -c subctl -n '__subctl_at /reload' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /reload' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /reload' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /reload' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /drain' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /drain' -l over -x -d 'The time that the goodbyes are spread over; default 30s'
complete -c subctl -n '__subctl_at /drain' -l no-wait -d 'Do not wait until the daemon has ended'
complete -c subctl -n '__subctl_at /drain' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /drain' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /drain' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /top' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /top' -l once -d 'Print one page and end; the default without a terminal'
complete -c subctl -n '__subctl_at /top' -l interval -x -d 'Time between two looks at the daemon'
complete -c subctl -n '__subctl_at /top' -l sort -x -a 'subscribers rate symbol' -d 'Order to begin with'
complete -c subctl -n '__subctl_at /top' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /top' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /top' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /metrics' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /metrics' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /metrics' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /metrics' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /config' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /config' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /config' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /config' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /completion' -s h -l help -d 'Print this help message and exit'
complete -c subctl -n '__subctl_at /completion' -l version -d 'Print the version and end'
complete -c subctl -n '__subctl_at /completion' -l control -r -F -d 'Control socket of the daemon; see subctl(1) for the default'
complete -c subctl -n '__subctl_at /completion' -l json -d 'Print the daemon\'s JSON instead of a table'
complete -c subctl -n '__subctl_at /completion 0' -a 'bash zsh fish' -d 'Shell the script is for'
