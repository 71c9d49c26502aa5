#include "sys/certificate_inside.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/address.h"
#include "base/attr.h"
#include "base/text.h"

struct certificate_roots {
	X509_STORE *store;
};

void certificate_roots_free(struct certificate_roots *roots)
{
	if (roots == NULL)
		return;
	X509_STORE_free(roots->store);
	free(roots);
}

/* A certificate that stands twice, or that libcrypto cannot read, is passed over. */
static size_t read_bundle(X509_STORE *store, BIO *bio)
{
	size_t count = 0;
	X509 *x509;

	while ((x509 = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL)) != NULL) {
		count += X509_STORE_add_cert(store, x509) == 1;
		X509_free(x509);
	}
	ERR_clear_error();
	return count;
}

/* A sentence around a quoted path. */
static enum err fault_of(
	struct fault *why, enum err err, const char *format, const char *path)
{
	struct text quoted;

	text_init(&quoted, FAULT_TEXT_MAX);
	text_quote_terminal(&quoted, bytes_of_string(path));
	(void)fault_set(why, err, format, text_string(&quoted));
	text_done(&quoted);
	return err;
}

static enum err read_roots(
	struct certificate_roots *roots, const char *path, struct fault *why)
{
	BIO *bio = BIO_new_file(path, "r");
	size_t count;

	if (bio == NULL) {
		ERR_clear_error();
		return fault_of(
			why, ERR_IO, "cannot read certificates to trust from %s", path);
	}
	count = read_bundle(roots->store, bio);
	BIO_free(bio);
	if (count == 0)
		return fault_of(why, ERR_VALUE, "%s holds no certificate in PEM", path);
	return ERR_OK;
}

enum err certificate_roots_new(
	const char *path, struct certificate_roots **ret, struct fault *why)
{
	struct certificate_roots *roots = calloc(1, sizeof *roots);
	enum err err = ERR_MEMORY;

	if (path == NULL)
		path = CERTIFICATE_TRUST_SYSTEM;
	if (roots != NULL) {
		roots->store = X509_STORE_new();
		if (roots->store != NULL)
			err = read_roots(roots, path, why);
	}
	if (err == ERR_OK)
		*ret = roots;
	else
		certificate_roots_free(roots);
	return err;
}

time_t certificate_seconds(time_ns at)
{
	return (time_t)(at / TIME_SECOND);
}

/* The worst of all that is wrong; libcrypto is told to go on. */
struct verdict {
	enum certificate_trust trust;
};

static enum certificate_trust trust_of(const X509_STORE_CTX *context, int error)
{
	switch (error) {
	case X509_V_OK:
		return TRUST_OK;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return TRUST_SELF_SIGNED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return TRUST_UNKNOWN_ROOT;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
		return X509_STORE_CTX_get_error_depth(context) == 0 ? TRUST_INCOMPLETE
								    : TRUST_UNKNOWN_ROOT;
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return TRUST_INCOMPLETE;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return TRUST_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return TRUST_NOT_YET;
	default:
		return TRUST_BAD;
	}
}

/* From the one that is told first to the one that is told if nothing else is wrong. */
static int weight_of(enum certificate_trust trust)
{
	static const uint8_t weights[] = {
		[TRUST_BAD] = 6,
		[TRUST_SELF_SIGNED] = 5,
		[TRUST_INCOMPLETE] = 4,
		[TRUST_UNKNOWN_ROOT] = 3,
		[TRUST_EXPIRED] = 2,
		[TRUST_NOT_YET] = 1,
	};

	return weights[trust];
}

static int note_error(int ok, X509_STORE_CTX *context)
{
	struct verdict *verdict = X509_STORE_CTX_get_app_data(context);
	enum certificate_trust trust;

	if (ok)
		return 1;
	trust = trust_of(context, X509_STORE_CTX_get_error(context));
	if (weight_of(trust) > weight_of(verdict->trust))
		verdict->trust = trust;
	return 1;
}

/* Level 0: weak keys are told apart. No CRLs, no policies; trust is for servers. */
static bool prepare(X509_STORE_CTX *context, const struct certificate_roots *roots,
	X509 *leaf, STACK_OF(X509) * others, time_ns at)
{
	X509_VERIFY_PARAM *how;

	if (X509_STORE_CTX_init(context, roots->store, leaf, others) != 1)
		return false;
	how = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_time(how, certificate_seconds(at));
	X509_VERIFY_PARAM_set_depth(how, CERTIFICATE_CHAIN_MAX);
	X509_VERIFY_PARAM_set_auth_level(how, 0);
	X509_STORE_CTX_set_verify_cb(context, note_error);
	return X509_VERIFY_PARAM_set_purpose(how, X509_PURPOSE_SSL_SERVER) == 1 &&
	       X509_VERIFY_PARAM_set_trust(how, X509_TRUST_SSL_SERVER) == 1;
}

/* Whether the chain leads to a root; *ret_issuer is the leaf's, to be freed, or NULL. */
static enum certificate_trust judge_chain(const struct certificate_roots *roots,
	X509 *leaf, STACK_OF(X509) * others, time_ns at, X509 **ret_issuer)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	struct verdict verdict = { TRUST_OK };
	STACK_OF(X509) * chain;

	*ret_issuer = NULL;
	if (context == NULL || !prepare(context, roots, leaf, others, at)) {
		X509_STORE_CTX_free(context);
		return TRUST_NOT_LOOKED_AT;
	}
	X509_STORE_CTX_set_app_data(context, &verdict);
	if (X509_verify_cert(context) < 0)
		verdict.trust = TRUST_BAD;
	chain = X509_STORE_CTX_get0_chain(context);
	if (sk_X509_num(chain) > 1) {
		*ret_issuer = sk_X509_value(chain, 1);
		X509_up_ref(*ret_issuer);
	}
	X509_STORE_CTX_free(context);
	return verdict.trust;
}

/* Names stand in subjectAltName alone, and a star is a whole first label. RFC 9525, 6.3
 * and 7.2. */
static bool name_matches(X509 *leaf, const char *name)
{
	struct address address;

	if (name == NULL)
		return false;
	if (address_parse(name, &address) == ERR_OK)
		return address_is_ipv4(&address)
			       ? X509_check_ip(leaf, address.bytes + 12, 4, 0) == 1
			       : X509_check_ip(leaf, address.bytes, ADDRESS_LEN, 0) == 1;
	return X509_check_host(leaf, name, strlen(name),
		       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
			       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
		       NULL) == 1;
}

static uint16_t timestamps_of(const X509 *leaf)
{
	int at = X509_get_ext_by_NID(leaf, NID_ct_precert_scts, -1);
	const ASN1_OCTET_STRING *value;

	if (at < 0)
		return 0;
	value = X509_EXTENSION_get_data(X509_get_ext(leaf, at));
	return certificate_timestamps_inside(bytes_over(
		ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)));
}

static X509 *read_x509(struct bytes der)
{
	const unsigned char *at = der.at;

	return der.len > 0 && der.len <= CERTIFICATE_DER_MAX
		       ? d2i_X509(NULL, &at, (long)der.len)
		       : NULL;
}

/* What cannot be read among the others is left out; the chain may do without. */
static STACK_OF(X509) * read_others(const struct certificate_question *question)
{
	STACK_OF(X509) *others = sk_X509_new_null();

	for (size_t i = 1;
		others != NULL && i < question->count && i < CERTIFICATE_CHAIN_MAX; i++) {
		X509 *x509 = read_x509(question->chain[i]);

		if (x509 != NULL && sk_X509_push(others, x509) <= 0)
			X509_free(x509);
	}
	return others;
}

static void judge_leaf(const struct certificate_roots *roots, X509 *leaf,
	const struct certificate_question *question, struct certificate_answer *ret)
{
	STACK_OF(X509) *others = read_others(question);
	X509 *issuer = NULL;

	ret->trust = judge_chain(roots, leaf, others, question->at, &issuer);
	ret->name_matches = name_matches(leaf, question->name);
	certificate_staple_read(question->staple, leaf, issuer, question->at, ret);
	ret->timestamps.inside = timestamps_of(leaf);
	ret->timestamps.sent = certificate_timestamps_count(question->timestamps);
	X509_free(issuer);
	sk_X509_pop_free(others, X509_free);
}

void certificate_judge(const struct certificate_roots *roots,
	const struct certificate_question *question, struct certificate_answer *ret)
{
	X509 *leaf = question->count > 0 ? read_x509(question->chain[0]) : NULL;

	*ret = (struct certificate_answer){ .trust = TRUST_BAD };
	if (leaf != NULL)
		judge_leaf(roots, leaf, question, ret);
	X509_free(leaf);
	ERR_clear_error(); /* strangers' bytes fill libcrypto's queue of errors */
}
