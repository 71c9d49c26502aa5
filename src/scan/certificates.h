/*
 * certificates - the chains that a survey saw, read and judged, for an endpoint.
 *
 * To read one costs more than to ask for it, and servers of one house show the same ones:
 * those read last are kept. For src/scan alone.
 */
#ifndef SCAN_CERTIFICATES_H
#define SCAN_CERTIFICATES_H

#include "scan/survey.h"
#include "sys/certificate_trust.h"

#define CERTIFICATES_RECENT 256

struct certificates {
	struct arena arena; /* members are for certificates.c alone */
	const struct hash_key *key;
	struct certificate_recent {
		const struct certificate *certificate; /* NULL: none */
		struct bytes der;
	} recent[CERTIFICATES_RECENT]; /* by the hash of their bytes */
};

/* Borrows the key, of tables that strangers can fill. */
void certificates_init(struct certificates *certificates, const struct hash_key *key);
void certificates_done(struct certificates *certificates);

/* Fills in the endpoint's certificates; its host, server_name and `at` stand already.
 * What they are made of lives until the next call. roots: as of scan_setting; at: 0 is
 * the endpoint's. */
void certificates_read(struct certificates *certificates, const struct survey *survey,
	const struct certificate_roots *roots, time_ns at, struct endpoint *endpoint);

#endif
