# SPDX-License-Identifier: Apache-2.0
# Completion of weihu for bash: eval "$(weihu completion bash)"

_weihu()
{
	local words=() word meaning candidate glue=
	# Bash cuts words at = and :, the program wants them whole.
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ ${#words[@]} -gt 0 && ( -n $glue || $word == [=:]* ) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		glue=
		[[ $word == *[=:] ]] && glue=yes
	done
	local current=${words[-1]} before=
	[[ $current == *[=:]* ]] && before=${current%"${current##*[=:]}"}
	COMPREPLY=()
	while IFS=$'\t' read -r candidate meaning; do
		if [[ $candidate == :files ]]; then
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "${current#"$before"}")
			return
		fi
		COMPREPLY+=("${candidate#"$before"}")
		[[ $candidate == *= ]] && compopt -o nospace
	done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
}

complete -F _weihu weihu
