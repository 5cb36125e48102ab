#compdef weihu
# SPDX-License-Identifier: Apache-2.0
# Completion of weihu for zsh: eval "$(weihu completion zsh)", behind compinit.

_weihu()
{
	local line word
	local -a closed open
	for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
		[[ -z $line ]] && continue
		if [[ $line == :files ]]; then
			_files
			return
		fi
		word=${line%%$'\t'*}
		line=${word//:/\\:}:${line#*$'\t'}
		if [[ $word == *= ]]; then open+=("$line"); else closed+=("$line"); fi
	done
	_describe -V weihu closed
	_describe -V field open -S ''
}

compdef _weihu weihu
