# SPDX-License-Identifier: Apache-2.0
# Completion of weihu for fish: weihu completion fish | source

function __weihu_complete
	set -l words (commandline -opc) (commandline -ct)
	set -l candidates ($words[1] __complete -- $words[2..-1] 2>/dev/null)
	if contains -- :files $candidates
		__fish_complete_path (commandline -ct)
	else
		printf '%s\n' $candidates
	end
end

complete -c weihu -e
complete -c weihu -f -k -a '(__weihu_complete)'
