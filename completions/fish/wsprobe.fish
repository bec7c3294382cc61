# fish completion for wsprobe

# True when the words before the cursor lead to verb $argv[1], with $argv[2] arguments after it if given.
function __wsprobe_at
    set -l path /
    set -l arg 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$path $word"
            case '/ isolation'
                set path /isolation
                set arg 0
            case '/ resume'
                set path /resume
                set arg 0
            case '/ run'
                set path /run
                set arg 0
            case '/ tail'
                set path /tail
                set arg 0
            case '/ load'
                set path /load
                set arg 0
            case '/ ticks'
                set path /ticks
                set arg 0
            case '/ signals'
                set path /signals
                set arg 0
            case '/ completion'
                set path /completion
                set arg 0
            case '/isolation --url' '/isolation --ca' '/isolation --control' '/isolation --secret-file' '/isolation --token-file' '/isolation --spawn' '/isolation --users' '/isolation --tabs' '/isolation --symbol' '/isolation --second-symbol' '/isolation --timeframe' '/isolation --history' '/isolation --duration' '/isolation --format'
                set skip 1
            case '/resume --url' '/resume --ca' '/resume --control' '/resume --secret-file' '/resume --token-file' '/resume --spawn' '/resume --users' '/resume --tabs' '/resume --cuts' '/resume --absence' '/resume --symbols' '/resume --timeframe' '/resume --seed' '/resume --format'
                set skip 1
            case '/run --url' '/run --ca' '/run --control' '/run --secret-file' '/run --token-file' '/run --spawn' '/run --set' '/run --format'
                set skip 1
            case '/tail --url' '/tail --ca' '/tail --control' '/tail --secret-file' '/tail --token-file' '/tail --spawn' '/tail --symbol' '/tail --timeframe' '/tail --indicators' '/tail --history' '/tail --when' '/tail --trigger' '/tail --count' '/tail --user' '/tail --session'
                set skip 1
            case '/load --url' '/load --ca' '/load --control' '/load --secret-file' '/load --token-file' '/load --spawn' '/load --tabs' '/load --duration' '/load --streams-per-tab' '/load --indicators-per-stream' '/load --symbols' '/load --timeframes' '/load --indicators' '/load --users' '/load --seed' '/load --rate-heartbeats' '/load --max-p99' '/load --format'
                set skip 1
            case '/ticks --url' '/ticks --ca' '/ticks --control' '/ticks --secret-file' '/ticks --token-file' '/ticks --spawn' '/ticks --tabs' '/ticks --duration' '/ticks --symbols' '/ticks --symbols-per-tab' '/ticks --mode' '/ticks --users' '/ticks --seed' '/ticks --rate-changes' '/ticks --max-p99' '/ticks --format'
                set skip 1
            case '/signals --url' '/signals --ca' '/signals --control' '/signals --secret-file' '/signals --token-file' '/signals --spawn' '/signals --tabs' '/signals --duration' '/signals --rate' '/signals --premium' '/signals --users' '/signals --seed' '/signals --max-p99' '/signals --format'
                set skip 1
            case '* -*'
            case '*'
                set arg (math $arg + 1)
        end
    end
    test $path = $argv[1]; or return 1
    test (count $argv) -lt 2; or test $arg = $argv[2]
end

complete -c wsprobe -f
complete -c wsprobe -n '__wsprobe_at /' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /' -l version -d 'Print the version and end'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'isolation' -d 'Prove that every tab gets what it asked for and nothing else'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'resume' -d 'Prove that tabs which are cut off come back and miss nothing'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'run' -d 'Play scenario files'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'tail' -d 'Subscribe in one tab and print what arrives'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'load' -d 'Many tabs at once: throughput, latency, and every message judged'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'ticks' -d 'Many tabs of raw ticks: isolation, throughput and latency'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'signals' -d 'Many tabs of signals: tiers, completeness and latency'
complete -c wsprobe -n '__wsprobe_at / 0' -a 'completion' -d 'Print the completion script for a shell'
complete -c wsprobe -n '__wsprobe_at /isolation' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /isolation' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /isolation' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /isolation' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /isolation' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /isolation' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /isolation' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /isolation' -l users -x -d 'Users'
complete -c wsprobe -n '__wsprobe_at /isolation' -l tabs -x -d 'Tabs of each user that watch to the end'
complete -c wsprobe -n '__wsprobe_at /isolation' -l symbol -x -d 'Symbol that every tab watches'
complete -c wsprobe -n '__wsprobe_at /isolation' -l second-symbol -x -d 'Symbol that some tabs watch besides; empty: none'
complete -c wsprobe -n '__wsprobe_at /isolation' -l timeframe -x -d 'Timeframe of the bars'
complete -c wsprobe -n '__wsprobe_at /isolation' -l history -x -d 'Closed bars to ask for in snapshots'
complete -c wsprobe -n '__wsprobe_at /isolation' -l duration -x -d 'Time to watch, all phases together'
complete -c wsprobe -n '__wsprobe_at /isolation' -l continuous -d 'The symbols trade without a pause: closed bars must touch'
complete -c wsprobe -n '__wsprobe_at /isolation' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /resume' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /resume' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /resume' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /resume' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /resume' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /resume' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /resume' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /resume' -l users -x -d 'Users'
complete -c wsprobe -n '__wsprobe_at /resume' -l tabs -x -d 'Tabs of each user that are cut; one more watches'
complete -c wsprobe -n '__wsprobe_at /resume' -l cuts -x -d 'Cuts, all tabs together'
complete -c wsprobe -n '__wsprobe_at /resume' -l absence -x -d 'Longest time that a tab stays away, within the server\'s window'
complete -c wsprobe -n '__wsprobe_at /resume' -l symbols -x -d 'Symbols that every tab watches'
complete -c wsprobe -n '__wsprobe_at /resume' -l timeframe -x -d 'Timeframe of the bars'
complete -c wsprobe -n '__wsprobe_at /resume' -l seed -x -d 'The same seed, the same choice of tabs and absences'
complete -c wsprobe -n '__wsprobe_at /resume' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /run' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /run' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /run' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /run' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /run' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /run' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /run' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /run' -l set -x -d 'What ${NAME} stands for in the files; may be repeated'
complete -c wsprobe -n '__wsprobe_at /run' -l check -d 'Only read the files'
complete -c wsprobe -n '__wsprobe_at /run' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /run' -F -d 'Scenario files; wsprobe(1) describes them'
complete -c wsprobe -n '__wsprobe_at /tail' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /tail' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /tail' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /tail' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /tail' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /tail' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /tail' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /tail' -l symbol -x -d 'Symbol'
complete -c wsprobe -n '__wsprobe_at /tail' -l timeframe -x -d 'Timeframe'
complete -c wsprobe -n '__wsprobe_at /tail' -l indicators -x -d 'Indicators, separated by commas; none: base data'
complete -c wsprobe -n '__wsprobe_at /tail' -l history -x -d 'Closed bars in the snapshot'
complete -c wsprobe -n '__wsprobe_at /tail' -l when -x -d 'Only updates that this is true of, e.g'
complete -c wsprobe -n '__wsprobe_at /tail' -l trigger -x -a 'level edge' -d 'All that it is true of, or those with which it turns true'
complete -c wsprobe -n '__wsprobe_at /tail' -l count -x -d 'End after this many messages; 0: go on'
complete -c wsprobe -n '__wsprobe_at /tail' -l user -x -d 'User id of the token'
complete -c wsprobe -n '__wsprobe_at /tail' -l session -x -d 'Session claim of the token'
complete -c wsprobe -n '__wsprobe_at /tail' -l all -d 'Print replies, too, not only data'
complete -c wsprobe -n '__wsprobe_at /load' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /load' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /load' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /load' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /load' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /load' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /load' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /load' -l tabs -x -d 'Connections'
complete -c wsprobe -n '__wsprobe_at /load' -l duration -x -d 'Time to measure after all tabs have subscribed'
complete -c wsprobe -n '__wsprobe_at /load' -l streams-per-tab -x -d 'Streams that each tab draws'
complete -c wsprobe -n '__wsprobe_at /load' -l indicators-per-stream -x -d 'Most indicators that a tab draws per stream'
complete -c wsprobe -n '__wsprobe_at /load' -l symbols -x -d 'Symbols to draw from, separated by commas'
complete -c wsprobe -n '__wsprobe_at /load' -l timeframes -x -d 'Timeframes to draw from, separated by commas'
complete -c wsprobe -n '__wsprobe_at /load' -l indicators -x -d 'Indicators to draw from, separated by commas'
complete -c wsprobe -n '__wsprobe_at /load' -l users -x -d 'Users that the tabs are spread over'
complete -c wsprobe -n '__wsprobe_at /load' -l seed -x -d 'Seed of the drawing; the same seed, the same views'
complete -c wsprobe -n '__wsprobe_at /load' -l rate-heartbeats -x -d 'Heartbeats per second, all tabs together; 0: none'
complete -c wsprobe -n '__wsprobe_at /load' -l max-p99 -x -d 'Fail when the 99th percentile of delivery latency is above this'
complete -c wsprobe -n '__wsprobe_at /load' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /load' -l quiet -d 'No progress on standard error'
complete -c wsprobe -n '__wsprobe_at /ticks' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /ticks' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /ticks' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /ticks' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /ticks' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /ticks' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /ticks' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /ticks' -l tabs -x -d 'Connections'
complete -c wsprobe -n '__wsprobe_at /ticks' -l duration -x -d 'Time to measure after all tabs have subscribed'
complete -c wsprobe -n '__wsprobe_at /ticks' -l symbols -x -d 'Symbols to draw from, separated by commas; default: those that the control socket says are served'
complete -c wsprobe -n '__wsprobe_at /ticks' -l symbols-per-tab -x -d 'Most symbols that a tab draws'
complete -c wsprobe -n '__wsprobe_at /ticks' -l mode -x -a 'ltp quote full mixed' -d 'Mode of the ticks; mixed: each tab draws one'
complete -c wsprobe -n '__wsprobe_at /ticks' -l users -x -d 'Users that the tabs are spread over'
complete -c wsprobe -n '__wsprobe_at /ticks' -l seed -x -d 'Seed of the drawing; the same seed, the same sets'
complete -c wsprobe -n '__wsprobe_at /ticks' -l rate-changes -x -d 'Changes per second of what a tenth of the tabs take, all together; 0: none'
complete -c wsprobe -n '__wsprobe_at /ticks' -l max-p99 -x -d 'Fail when the 99th percentile of delivery latency is above this'
complete -c wsprobe -n '__wsprobe_at /ticks' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /ticks' -l quiet -d 'No progress on standard error'
complete -c wsprobe -n '__wsprobe_at /signals' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /signals' -l url -x -d 'Server or proxy, ws://HOST:PORT[/PREFIX] or wss://; default: what the control socket says'
complete -c wsprobe -n '__wsprobe_at /signals' -l ca -r -F -d 'Trust the authorities in this PEM file with a wss:// URL; default: the system\'s'
complete -c wsprobe -n '__wsprobe_at /signals' -l control -r -F -d 'Control socket of the daemon; see wsprobe(1) for the default'
complete -c wsprobe -n '__wsprobe_at /signals' -l secret-file -r -F -d 'Mint tokens from the server\'s HS256 secret in FILE'
complete -c wsprobe -n '__wsprobe_at /signals' -l token-file -r -F -d 'Take tokens from FILE, a line each: user token'
complete -c wsprobe -n '__wsprobe_at /signals' -l spawn -r -F -d 'Start this subd on a free port, with a directory of its own'
complete -c wsprobe -n '__wsprobe_at /signals' -l tabs -x -d 'Connections'
complete -c wsprobe -n '__wsprobe_at /signals' -l duration -x -d 'Time to publish after all tabs have connected'
complete -c wsprobe -n '__wsprobe_at /signals' -l rate -x -d 'Signals per second'
complete -c wsprobe -n '__wsprobe_at /signals' -l premium -x -d 'Share of the signals that are premium'
complete -c wsprobe -n '__wsprobe_at /signals' -l users -x -d 'Users that the tabs are spread over, half of each tier'
complete -c wsprobe -n '__wsprobe_at /signals' -l seed -x -d 'Seed of the drawing; the same seed, the same signals premium'
complete -c wsprobe -n '__wsprobe_at /signals' -l max-p99 -x -d 'Fail when the 99th percentile of delivery latency is above this'
complete -c wsprobe -n '__wsprobe_at /signals' -l format -x -a 'text json junit tap' -d 'Report format'
complete -c wsprobe -n '__wsprobe_at /signals' -l quiet -d 'No progress on standard error'
complete -c wsprobe -n '__wsprobe_at /completion' -s h -l help -d 'Print this help message and exit'
complete -c wsprobe -n '__wsprobe_at /completion 0' -a 'bash zsh fish' -d 'Shell the script is for'
