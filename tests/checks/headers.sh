#!/bin/sh
# headers ROOT GENERATED - each header of src compiles alone, with gcc and with clang.
set -eu
root=$1
generated=$2
failed=0
count=0
compilers=
for compiler in gcc clang; do
	! command -v "$compiler" >/dev/null || compilers="$compilers $compiler"
done
[ -n "$compilers" ] || { echo "neither gcc nor clang is here" >&2; exit 1; }
for header in $(cd "$root/src" && find . -name '*.h' | sed 's,^\./,,' | sort); do
	count=$((count + 1))
	for compiler in $compilers; do
		if ! echo "#include \"$header\"" | "$compiler" -std=gnu17 -Wall -Wextra -Werror \
			-fsyntax-only -I"$root/src" -I"$generated" -x c -; then
			echo "$header does not compile alone with $compiler" >&2
			failed=1
		fi
	done
done
echo "$count headers with$compilers"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
