# fish completion for subd

# True when the words before the cursor lead to verb $argv[1], with $argv[2] arguments after it if given.
function __subd_at
    set -l path /
    set -l arg 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$path $word"
            case '/ --config' '/ --listen' '/ --tls-listen' '/ --feed' '/ --state-dir' '/ --control' '/ --io-threads' '/ --market-threads' '/ --log-level' '/ --log-format'
                set skip 1
            case '* -*'
            case '*'
                set arg (math $arg + 1)
        end
    end
    test $path = $argv[1]; or return 1
    test (count $argv) -lt 2; or test $arg = $argv[2]
end

complete -c subd -f
complete -c subd -n '__subd_at /' -s h -l help -d 'Print this help and exit'
complete -c subd -n '__subd_at /' -l version -d 'Print the version and exit'
complete -c subd -n '__subd_at /' -l config -r -F -d 'Read this TOML file, see subd.conf(5)'
complete -c subd -n '__subd_at /' -l listen -x -d 'Listen here; port 0 takes a free one, IPv6 as [::1]:8081'
complete -c subd -n '__subd_at /' -l tls-listen -x -d 'Listen here for TLS, too, with the certificate and key of the configuration'
complete -c subd -n '__subd_at /' -l feed -x -d 'Where market data comes from: sim[:OPTIONS], replay:FILE[,OPTIONS], kite[:OPTIONS], ssi:FILE[,OPTIONS] or push[:OPTIONS]'
complete -c subd -n '__subd_at /' -l state-dir -x -a '(__fish_complete_directories)' -d 'Directory for the secret and what else outlives the process'
complete -c subd -n '__subd_at /' -l control -r -F -d 'Control socket, for subctl'
complete -c subd -n '__subd_at /' -l io-threads -x -d 'Threads that serve connections; 0 means one per core'
complete -c subd -n '__subd_at /' -l market-threads -x -d 'Threads that compute streams, each those of its symbols'
complete -c subd -n '__subd_at /' -l log-level -x -a 'trace debug info warn error off' -d 'Least severe line to write'
complete -c subd -n '__subd_at /' -l log-format -x -a 'text json' -d 'How the log is written on standard error'
complete -c subd -n '__subd_at /' -l check-config -d 'Print the configuration in force, or all that is wrong, and exit'
