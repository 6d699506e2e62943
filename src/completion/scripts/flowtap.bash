# bash takes words apart at = and :, and puts candidates in the place of the last part.
_flowtap() {
  local line=${COMP_LINE:0:COMP_POINT} prefix= each
  local -a words answer
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  mapfile -t answer < <(@PROGRAM@ complete -- "${words[@]}" 2>/dev/null)
  [[ ${words[-1]} == *[=:]* && $COMP_WORDBREAKS == *=* ]] && prefix=${words[-1]%"${words[-1]##*[=:]}"}
  [[ ${answer[0]} == files* ]] && compopt -o filenames
  [[ ${answer[0]} == *none ]] && compopt -o nospace
  COMPREPLY=()
  for each in "${answer[@]:1}"; do
    each=${each%%$'\t'*}
    [[ ${answer[0]} == files* ]] && each=${each%/}
    COMPREPLY+=("${each#"$prefix"}")
  done
}
complete -F _flowtap @NAMES@
