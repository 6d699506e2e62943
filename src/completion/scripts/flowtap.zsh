#compdef @NAMES@
_flowtap() {
  local -a answer open shut shown ending
  local each
  answer=("${(@f)$(@PROGRAM@ complete -- "${(@Q)words[1,CURRENT]}" 2>/dev/null)}")
  [[ $answer[1] == *none ]] && ending=(-S '')
  for each in "${(@)answer[2,-1]}"; do
    if [[ ${each%%$'\t'*} == */ ]]; then
      open+=("${each%%$'\t'*}")
    elif [[ -n $each ]]; then
      shut+=("${each%%$'\t'*}")
      shown+=("${each%%$'\t'*}  ${each#*$'\t'}")
    fi
  done
  (( $#open )) && compadd -S '' -a open
  (( $#shut )) && compadd "${(@)ending}" -l -d shown -a shut
}
if [[ $funcstack[1] == _flowtap ]]; then
  _flowtap "$@"
else
  compdef _flowtap @NAMES@
fi
