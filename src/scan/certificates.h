/*
 * certificates - the chains that a survey saw, read and judged, for an endpoint.
 *
 * For src/scan alone.
 */
#ifndef SCAN_CERTIFICATES_H
#define SCAN_CERTIFICATES_H

#include "scan/survey.h"
#include "sys/certificate_trust.h"

/* Fills in the endpoint's certificates; its host, server_name and `at` stand already.
 * What they are made of lives in the arena. roots: as of scan_setting; at: 0 is the
 * endpoint's. */
void certificates_read(const struct survey *survey, const struct certificate_roots *roots,
	time_ns at, struct arena *arena, struct endpoint *endpoint);

#endif
