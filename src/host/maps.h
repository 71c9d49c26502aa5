/*
 * maps - what a process has mapped, and where sockets listen: the texts of /proc, read
 * without I/O.
 *
 * tests: tests/unit/host/test_maps.c; fuzz: tests/fuzz/fuzz_maps.c
 */
#ifndef HOST_MAPS_H
#define HOST_MAPS_H

#include "base/bytes.h"

struct mapping {
	struct bytes path; /* without " (deleted)" */
	bool deleted;
	uint32_t major;
	uint32_t minor;
	uint64_t inode;
};

/* The next mapping of a file; false if there is none. proc_pid_maps(5). */
bool maps_next(struct bytes *left, struct mapping *ret);

/* "openssl" of ".../libssl.so.3" and so on; NULL: no TLS library. */
const char *maps_stack(struct bytes path);

/* The next socket that listens, of /proc/net/tcp or tcp6. */
bool listeners_next(struct bytes *left, uint16_t *ret_port, uint64_t *ret_inode);

/* "go1.22.3" behind Go's mark in a program: its release, as "1.22.3", in ret. False: no
 * such mark, or of a Go before 1.18, which has none that can be read so. debug/buildinfo.
 */
bool go_release(struct bytes window, char *ret, size_t room);

/* Whether settings of GODEBUG, from where they begin to a line's end, a blank or a zero,
 * let servers speak TLS 1.0: "tls10server=1". False where they do not say it. */
bool go_old_servers(struct bytes settings);

/* The settings that a program was built with, which its go.mod's go line decides. */
struct bytes go_settings(struct bytes window);

#endif
