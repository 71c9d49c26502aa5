#!/bin/sh
# installed BUILD - what is installed into an empty root can be compiled and linked
# against, through pkg-config alone, statically and shared, and runs.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >/dev/null
pc=$(find "$root" -name tlsunset.pc)
[ -n "$pc" ] || { echo "no tlsunset.pc was installed" >&2; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

cat >"$root/example.c" <<'EOT'
#include <stdio.h>

#include <evidence/observation.h>
#include <tls/client_hello.h>

int main(void)
{
	struct client_hello hello;
	enum err err = client_hello_parse(bytes_over("\3\1", 2), &hello);

	printf("%s\n", err_name(err));
	return err == ERR_SHORT ? 0 : 1;
}
EOT
cd "$root"
# Words are meant: pkg-config prints options.
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror $(pkg-config --cflags tlsunset) -o shared example.c \
	$(pkg-config --libs tlsunset)
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror $(pkg-config --cflags tlsunset) -o static example.c \
	-Wl,-Bstatic $(pkg-config --libs tlsunset) -Wl,-Bdynamic
LD_LIBRARY_PATH=$(dirname "$(find "$root" -name libtlsunset.so)")
export LD_LIBRARY_PATH
ldd shared | grep -q libtlsunset
if ldd static | grep -q libtlsunset; then
	echo "the static program wants the shared library" >&2
	exit 1
fi
./shared
./static

# The program of docs/library.md, given a hello of TLS 1.2 that asks for a.example.
sed -n '/^```c$/,/^```$/{/^```/!p;}' "$here/../../docs/library.md" >hello.c
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror $(pkg-config --cflags tlsunset) hello.c \
	$(pkg-config --libs tlsunset) -o hello
told=$({
	printf '\026\003\001\000\101\001\000\000\075\003\003'
	printf '0123456789abcdef0123456789abcdef'
	printf '\000\000\002\300/\001\000\000\022\000\000\000\016\000\014\000\000\011a.example'
} | ./hello)
[ "$told" = "a.example, at most TLS 1.2" ] || { echo "hello: $told" >&2; exit 1; }

# Every installed header compiles alone, with nothing but the installed ones.
headers=$(find "$root" -path '*/include/tlsunset/*.h')
[ -n "$headers" ] || { echo "no headers" >&2; exit 1; }
for header in $headers; do
	# shellcheck disable=SC2046
	cc -fsyntax-only -Wall -Werror -x c $(pkg-config --cflags tlsunset) "$header"
done
find "$root" -name 'tlsunset*.1*' | grep -q . || { echo "no manual pages" >&2; exit 1; }
