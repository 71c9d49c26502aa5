/*
 * filter - a filter in libpcap's language to a program the kernel runs on packets.
 *
 * Only the compiler of libpcap is used, and only here.
 */
#ifndef SYS_FILTER_H
#define SYS_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

#include "base/fault.h"

struct filter {
	struct sock_fprog program; /* heap */
};

/* Compiles text (NULL: everything) for frames of link_type, of which the kernel is to
 * keep snaplen bytes (0: all). ERR_USAGE: not in the language; why has libpcap's words.
 */
MUST_USE enum err filter_compile(const char *text, uint32_t link_type, uint32_t snaplen,
        struct filter *ret, struct fault *why);

void filter_done(struct filter *filter);

#endif
