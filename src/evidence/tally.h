/*
 * tally - handshakes that are alike in everything but their moment and the
 * client's port, counted within one hour. What a store keeps and a judge judges.
 */
#ifndef EVIDENCE_TALLY_H
#define EVIDENCE_TALLY_H

#include "evidence/observation.h"

struct tally {
	struct handshake handshake; /* `at` is the start of the hour, client_port is 0 */
	uint64_t count;
	time_ns first; /* both within the hour; precise to the microsecond */
	time_ns last;
};

#endif
