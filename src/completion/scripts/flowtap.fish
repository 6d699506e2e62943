function __flowtap_complete
    set -l current (commandline -ct)
    set -q current[1]; or set current ""
    set -l answer (@PROGRAM@ complete -- (commandline -opc) $current 2>/dev/null)
    test (count $answer) -gt 1; and printf '%s\n' $answer[2..-1]
end
for name in @NAMES@
    complete -c $name -f -a '(__flowtap_complete)'
end
