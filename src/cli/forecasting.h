/*
 * forecasting - `tlsunset impact --policy`: the servers that are asked about, made of
 * what was said on the command line, and the answer.
 */
#ifndef CLI_FORECASTING_H
#define CLI_FORECASTING_H

#include "cli/fail_on.h"
#include "cli/verifying.h"
#include "report/concession.h"

enum forecast_output { FORECAST_TEXT, FORECAST_CSV, FORECAST_JSON, FORECAST_JSONL };

struct forecasting {
	const char *const *policies; /* names or files */
	size_t policy_count;
	const char
		*certificate; /* "rsa-2048,ecdsa-p256"; NULL: what the policy asks for */
	const char *stack;    /* NULL: the usual one */
	unsigned level;       /* OpenSSL's security level */
	bool level_said;      /* else it is 0, so that the policy alone decides */
	time_ns on;           /* 0: whenever the policy is in force */
	struct fail_on fails;
	enum view_by by; /* VIEW_DETAIL: reasons, or several policies side by side */
	bool explains;   /* how each verdict came about */
	enum forecast_output output;
	struct store_filter filter;
	struct render_options render;
	struct verifying verify;     /* server NULL: not asked for */
	const struct owners *owners; /* NULL: rows do not say whose they are */
	const struct kept *keep;     /* NULL: not asked for */
};

/* The newest: it keeps nothing from a policy that the policy allows. */
#define STACK_USUAL "openssl-3.5"

/* Answers and prints. */
enum exit_code forecasting_run(const struct forecasting *asked, const char *store);

#endif
