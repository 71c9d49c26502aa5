/*
 * endpoint_words - what was found of a scanned endpoint, in words for people.
 *
 * Each appends to a text, or nothing if there is nothing to say. Strangers' text is
 * quoted for a terminal.
 */
#ifndef REPORT_ENDPOINT_WORDS_H
#define REPORT_ENDPOINT_WORDS_H

#include "report/endpoint_render.h"

#define ENDPOINT_WORDS_MAX 16384 /* of one line before it is cut */

/* "erp.example.net:443 (10.0.4.2)", "10.0.4.3:25 (smtp)". */
void words_place(struct text *text, const struct endpoint *endpoint);

/* "breaks policy rfc8996: accepts TLS 1.0"; without a policy "accepts TLS 1.0, 1.2". */
void words_verdict(struct text *text, const struct endpoint_view *view);

/* "accepted  6 suites, its order: ECDHE-RSA-AES256-SHA ...", "refused (alert 70)". */
void words_version(struct text *text, const struct endpoint_version *found);

/* "RSA 2048, sha256, 41 days left, chain ok, name ok". */
void words_certificate(
	struct text *text, const struct endpoint_certificate *shown, time_ns now);

void words_groups(struct text *text, const struct endpoint_view *view);
void words_schemes(struct text *text, const struct endpoint_view *view);
void words_traits(struct text *text, const struct endpoint_view *view);
void words_intolerance(struct text *text, const struct endpoint_view *view);
/* "SWEET32 (TLS 1.0 with DES-CBC3-SHA)"; then what is not known of the rest. */
void words_exposures(struct text *text, const struct endpoint_view *view);

/* "B by the guide of SSL Labs, 2009r: no TLS 1.3; ..." */
void words_rating(struct text *text, const struct endpoint_view *view);

/* "QUIC v1, draft-29; DTLS is not answered"; nothing over TCP. */
void words_udp(struct text *text, const struct endpoint_view *view);

void words_nodes(struct text *text, const struct endpoint_view *view);
void words_effort(struct text *text, const struct endpoint_view *view);

/* What makes it pass the policy that it breaks. */
void words_fix(struct text *text, const struct endpoint_view *view);

/* "TLS 1.0, 1.2": the versions that are accepted. */
void words_accepted(struct text *text, const struct endpoint *endpoint);

/* The name that people know a suite by: OpenSSL's if it has one. */
const char *words_suite(uint16_t version, uint32_t code, char ret_text[IANA_TEXT_MAX]);

#endif
