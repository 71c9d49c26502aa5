/*
 * asks - the kinds of questions: one table, one file a kind or a few that are alike. For
 * src/scan alone; what a kind is made of stands in survey_inside.h (struct ask).
 *
 * To add one: its name in enum ask_kind, a line in asks.c, a file ask_<name>.c, and where
 * survey.c adds its jobs.
 */
#ifndef SCAN_ASKS_H
#define SCAN_ASKS_H

#include "scan/survey_inside.h"

extern const struct ask ask_again;
extern const struct ask ask_alpn;
extern const struct ask ask_alpn_encrypted;
extern const struct ask ask_control;
extern const struct ask ask_fallback;
extern const struct ask ask_groups;
extern const struct ask ask_handshake;
extern const struct ask ask_no_name;
extern const struct ask ask_order;
extern const struct ask ask_other_name;
extern const struct ask ask_quic_alpn;
extern const struct ask ask_quic_versions;
extern const struct ask ask_rest;
extern const struct ask ask_resume;
extern const struct ask ask_schemes;
extern const struct ask ask_sslv2;
extern const struct ask ask_sslv2_again;
extern const struct ask ask_suites;
extern const struct ask ask_tolerance;

/* What a hello with the rest of groups came to, where one with the rest of groups and of
 * suites was refused in TLS 1.3. */
void asks_settle_groups13(struct survey *survey, const struct ruled *ruled);

/* What may ride on the next hello for suites of a version; 0: nothing. */
uint8_t asks_rides(struct survey *survey, const struct job *job);
void asks_add_rides(struct survey *survey, uint8_t rides, struct survey_room *room,
	struct hello_plan *plan);

/* A hello was taken that bore all that a server has to bear. */
void asks_borne(struct survey *survey);
void asks_say_burdens(struct hello_plan *plan);
bool asks_burdens_known(const struct survey *survey);

/* Protocols that are still to be found, and what a hello with them told; true if there
 * may be another. */
void asks_say_protocols(
	const struct survey *survey, struct survey_room *room, struct hello_plan *plan);
bool asks_protocol_told(struct survey *survey, const struct reply *reply);

/* The schemes of TLS 1.2 that are still to be found, and what was told of them; false if
 * that was none of those. */
void asks_say_schemes(
	struct survey *survey, struct survey_room *room, struct hello_plan *plan);
bool asks_scheme_told(struct survey *survey, const struct reply *reply);
void asks_groups_over(struct survey *survey);

/* Suites of TLS 1.2 that were found and whose key exchange is signed. */
size_t asks_signed_suites(const struct survey *survey, uint16_t *ret);

/* Ready once the suites of all versions are known. */
enum readiness asks_after_suites(const struct survey *survey);

/* What is known of a list of that version is not all, and that is to be told. */
void asks_list_broke_off(struct survey *survey, int rank, const struct ruled *ruled);

/* Ready once those of this one are, and whether the higher ones are accepted. */
enum readiness asks_after_version(const struct survey *survey, int rank);

/* A version that was found otherwise than by its own first hello: it is accepted, and its
 * suites are to be found. */
void asks_version_found(struct survey *survey, const struct reply *reply);

#endif
