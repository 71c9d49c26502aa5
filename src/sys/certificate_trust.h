/*
 * certificate_trust - whether a chain that a server showed leads to a root that is
 * trusted, and whether it is for the name that was asked for, at a given moment.
 *
 * The one place that judges X.509: chains and names by libcrypto, with none of its
 * security levels, since how strong keys and signatures are is told apart
 * (tls/certificate.h), and by the moment that is given, not by the clock. RFC 5280, 6;
 * RFC 9525; RFC 6960; RFC 6962.
 *
 * Everything that is judged is a stranger's. At most CERTIFICATE_CHAIN_MAX certificates
 * of CERTIFICATE_DER_MAX bytes are looked at.
 *
 * tests: tests/unit/sys/test_certificate_trust.c
 */
#ifndef SYS_CERTIFICATE_TRUST_H
#define SYS_CERTIFICATE_TRUST_H

#include "base/fault.h"
#include "sys/certificate.h"

/* Longer chains than of four are hardly seen; as many as a scan keeps. */
#define CERTIFICATE_CHAIN_MAX 16

/* Debian's; other systems link it there. */
#define CERTIFICATE_TRUST_SYSTEM "/etc/ssl/certs/ca-certificates.crt"

struct certificate_roots;

/* Reads a bundle, PEM; NULL: the system's. ERR_IO: it cannot be read. ERR_VALUE: there is
 * no certificate in it. */
MUST_USE enum err certificate_roots_new(
	const char *path, struct certificate_roots **ret, struct fault *why);
void certificate_roots_free(struct certificate_roots *roots);

struct certificate_question {
	const struct bytes *chain; /* DER, leaf first, as sent */
	size_t count;
	const char *name; /* host name in ASCII, or address; NULL: none was asked for */
	time_ns at;
	struct bytes staple;     /* OCSP response, or nothing */
	struct bytes timestamps; /* of the TLS extension: a list, or nothing */
};

struct certificate_answer {
	/* TRUST_INCOMPLETE: the leaf's issuer was not sent. TRUST_UNKNOWN_ROOT: it was,
	 * and what that leads to is not trusted. A fault of the chain comes before one of
	 * time. */
	enum certificate_trust trust;
	bool name_matches;
	enum certificate_staple staple;
	time_ns staple_from; /* thisUpdate of what it says of the leaf; 0: nothing */
	time_ns staple_to;   /* nextUpdate; 0: none */
	struct certificate_timestamps timestamps;
};

void certificate_judge(const struct certificate_roots *roots,
	const struct certificate_question *question, struct certificate_answer *ret);

#endif
