# Completion of tlsunset's commands and options, for bash.
_tlsunset()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options=
	COMPREPLY=()
	case $before in
	-i)
		mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net)" -- "$word")
		return ;;
	--min-version)
		mapfile -t COMPREPLY < <(compgen -W '1.0 1.1 1.2 1.3' -- "$word")
		return ;;
	--by)
		mapfile -t COMPREPLY < <(compgen -W 'client server name hello' -- "$word")
		return ;;
	--output)
		local forms='text json csv'
		[ "${COMP_WORDS[1]}" = watch ] && forms=jsonl
		mapfile -t COMPREPLY < <(compgen -W "$forms" -- "$word")
		return ;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'watch impact --help --version' -- "$word")
		return
	fi
	case ${COMP_WORDS[1]} in
	watch)
		options='-i --output --store --workers --filter --max-flows --min-version' ;;
	impact)
		options='--min-version --output --by --store --since --until --client
			--server --name --limit --today' ;;
	esac
	case $word in
	-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}
complete -o filenames -F _tlsunset tlsunset
