#!/bin/sh
# man ROOT - the manual pages pass mandoc's lint, or groff's warnings where there is no mandoc.
set -eu
cd "$1/man"
set -- *.1
[ -e "$1" ] || { echo "no manual pages" >&2; exit 1; }
if command -v mandoc >/dev/null; then
	# A page may refer to one that is not installed yet, and its date is its own.
	found=$(mandoc -Tlint -Wwarning "$@" 2>&1 || :)
elif command -v groff >/dev/null; then
	found=$(groff -mdoc -ww -b -z "$@" 2>&1 || :)
else
	echo "neither mandoc nor groff is here" >&2
	exit 77
fi
echo "$# pages"
[ -z "$found" ] || { echo "$found"; exit 1; }
