/*
 * export - a policy as the configuration of a server that enforces it.
 *
 * Where a server will differ from the policy is said twice: as a remark in the
 * configuration, and in `unsaid` for whoever asked. Each kind is proved against the real
 * server by tests/interop/exports.py.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "base/text.h"
#include "policy/policy.h"
#include "tls/iana.h"

/* The library of a server, as far as configurations differ: what an older one does not
 * know keeps the server from starting. */
enum export_library {
	EXPORT_OPENSSL_1_1_1,
	EXPORT_OPENSSL_3_0,
	EXPORT_OPENSSL_3_2,
	EXPORT_OPENSSL_3_5,
};

struct exporting {
	const struct policy *policy;
	const struct export_kind *kind;
	enum export_library library;
	struct text *text;   /* the configuration */
	struct text *unsaid; /* a line each: "nginx differs: ..." */
};

struct export_kind {
	const char *name;    /* "nginx" */
	const char *comment; /* what a remark begins with */
	const char *line_end;
	const char *use;  /* where the text belongs */
	const char *none; /* what it does if it has nothing of a list */
	void (*write)(struct exporting *out);
};

/* In order of name. To add one: a line in export.c, a file, a server in
 * tests/interop/exports.py. */
extern const struct export_kind export_kinds[];
extern const size_t export_kind_count;

/* NULL if there is none of that name. */
const struct export_kind *export_find(const char *name);

void export_policy(const struct policy *policy, const struct export_kind *kind,
	enum export_library library, struct text *text, struct text *unsaid);

void export_apache(struct exporting *out);
void export_caddy(struct exporting *out);
void export_haproxy(struct exporting *out);
void export_iis(struct exporting *out);
void export_nginx(struct exporting *out);
void export_openssl(struct exporting *out);
void export_postfix(struct exporting *out);

/* For the kinds. A line; a remark; in what the server differs. */
void export_line(struct exporting *out, const char *format, ...) PRINTF_LIKE(2, 3);
void export_remark(struct exporting *out, const char *format, ...) PRINTF_LIKE(2, 3);
void export_unsaid(struct exporting *out, const char *format, ...) PRINTF_LIKE(2, 3);

/* How a list is written for a server. */
struct export_words {
	const char *owner; /* who has or lacks what is listed: "Go" */
	const char *between;
	const struct iana_registry *registry;
	/* The server's name of a code; NULL: it has none. */
	const char *(*name)(const struct exporting *out, uint16_t code);
};

/* Writes what the server has of a list, and says what it lacks. If it has none of what
 * is listed, all is written by IANA's names: most servers then do not start, which lets
 * nobody in. False: nothing is listed, nothing was written. */
MUST_USE bool export_list(struct exporting *out, const struct policy_codes *codes,
	const struct export_words *words, struct text *list);

/* The same for servers that have OpenSSL. */
MUST_USE bool export_suites12(struct exporting *out, struct text *list);
MUST_USE bool export_suites13(struct exporting *out, struct text *list);
MUST_USE bool export_groups(
	struct exporting *out, const char *between, struct text *list);
MUST_USE bool export_schemes(struct exporting *out, struct text *list);

/* "TLSv1.2", as OpenSSL and its servers write it. */
const char *export_version(enum version_rank rank);

/* The other way: what OpenSSL and its servers call so. False: nothing that is known. */
bool export_read_version(struct bytes name, enum version_rank *ret);
bool export_read_suite13(struct bytes name, uint16_t *ret);
bool export_read_group(struct bytes name, uint16_t *ret);
bool export_read_scheme(struct bytes name, uint16_t *ret);

/* The lowest and highest version allowed, and whether one between is not. */
struct export_range {
	enum version_rank least;
	enum version_rank most;
	bool holes;
};
struct export_range export_range(const struct policy *policy);

/* True if a suite with finite-field Diffie-Hellman is listed. */
bool export_lists_dhe(const struct policy *policy);

/* What no server here can be told: keys are the operator's, and some demands on clients
 * have no setting. */
void export_keys(struct exporting *out);
void export_demands(struct exporting *out, bool server_name_too);

#endif
