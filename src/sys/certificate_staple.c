#include "sys/certificate_inside.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "base/attr.h"
#include "base/reader.h"

uint16_t certificate_timestamps_count(struct bytes list)
{
	struct reader r = reader_over(list);
	struct reader all = reader_vec16(&r);
	uint16_t count = 0; /* of three bytes and more, in 65535: it cannot overflow */

	while (reader_more(&all)) {
		struct reader one = reader_vec16(&all);

		if (reader_more(&one))
			count++;
	}
	reader_close(&r, &all);
	return reader_end(&r) == ERR_OK ? count : 0;
}

uint16_t certificate_timestamps_inside(struct bytes value)
{
	const unsigned char *at = value.at;
	ASN1_OCTET_STRING *inner = d2i_ASN1_OCTET_STRING(NULL, &at, (long)value.len);
	uint16_t count = 0;

	if (inner != NULL)
		count = certificate_timestamps_count(bytes_over(
			ASN1_STRING_get0_data(inner), (size_t)ASN1_STRING_length(inner)));
	ASN1_OCTET_STRING_free(inner);
	return count;
}

/* Whether an answer is about leaf: its id is made anew with the hash it has. RFC 6960,
 * 4.1.1. */
static bool is_about(OCSP_SINGLERESP *single, X509 *leaf, X509 *issuer)
{
	const OCSP_CERTID *told = OCSP_SINGLERESP_get0_id(single);
	OCSP_CERTID *copy = OCSP_CERTID_dup((OCSP_CERTID *)(uintptr_t)told);
	ASN1_OBJECT *hash = NULL;
	OCSP_CERTID *own = NULL;
	const EVP_MD *md;
	bool same;

	if (copy != NULL && OCSP_id_get0_info(NULL, &hash, NULL, NULL, copy) == 1) {
		md = EVP_get_digestbyobj(hash);
		if (md != NULL)
			own = OCSP_cert_to_id(md, leaf, issuer);
	}
	same = own != NULL && OCSP_id_cmp(own, told) == 0;
	OCSP_CERTID_free(own);
	OCSP_CERTID_free(copy);
	return same;
}

/* The issuer itself, or whom it made a certificate for that. RFC 6960, 4.2.2.2. */
static bool may_answer(X509 *signer, X509 *issuer)
{
	if (X509_cmp(signer, issuer) == 0)
		return true;
	return (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN) != 0 &&
	       X509_get_extended_key_usage(signer) != UINT32_MAX &&
	       X509_verify(signer, X509_get0_pubkey(issuer)) == 1;
}

static bool is_signed(OCSP_BASICRESP *basic, X509 *issuer)
{
	STACK_OF(X509) *certificates = sk_X509_new_null();
	X509 *signer = NULL;
	bool holds = certificates != NULL && sk_X509_push(certificates, issuer) > 0 &&
		     OCSP_basic_verify(basic, certificates, NULL, OCSP_NOVERIFY) == 1 &&
		     OCSP_resp_get0_signer(basic, &signer, certificates) == 1 &&
		     may_answer(signer, issuer);

	sk_X509_free(certificates);
	return holds;
}

/* RFC 6960, 4.2.2.1. */
static bool is_fresh(
	const ASN1_GENERALIZEDTIME *from, const ASN1_GENERALIZEDTIME *to, time_ns at)
{
	time_t now = certificate_seconds(at);
	int from_is = ASN1_TIME_cmp_time_t(from, now);
	int to_is = to != NULL ? ASN1_TIME_cmp_time_t(to, now) : 1;

	return (from_is == -1 || from_is == 0) && to_is >= 0;
}

static enum certificate_staple status_of(
	OCSP_SINGLERESP *single, time_ns at, struct certificate_answer *ret)
{
	ASN1_GENERALIZEDTIME *from = NULL, *to = NULL;
	int status = OCSP_single_get0_status(single, NULL, NULL, &from, &to);

	if (from == NULL || !certificate_moment(from, &ret->staple_from))
		ret->staple_from = 0;
	if (to == NULL || !certificate_moment(to, &ret->staple_to))
		ret->staple_to = 0;
	if (status == V_OCSP_CERTSTATUS_REVOKED)
		return STAPLE_REVOKED; /* for good, however old */
	if (!is_fresh(from, to, at))
		return STAPLE_OLD;
	return status == V_OCSP_CERTSTATUS_GOOD ? STAPLE_GOOD : STAPLE_UNKNOWN;
}

static uint16_t timestamps_of(OCSP_SINGLERESP *single)
{
	int at = OCSP_SINGLERESP_get_ext_by_NID(single, NID_ct_cert_scts, -1);
	const ASN1_OCTET_STRING *value;

	if (at < 0)
		return 0;
	value = X509_EXTENSION_get_data(OCSP_SINGLERESP_get_ext(single, at));
	return certificate_timestamps_inside(bytes_over(
		ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)));
}

#define ANSWERS_MAX 64 /* a staple is about one certificate */

static enum certificate_staple basic_read(OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer,
	time_ns at, struct certificate_answer *ret)
{
	int count = OCSP_resp_count(basic);

	if (issuer == NULL || !is_signed(basic, issuer))
		return STAPLE_BAD;
	for (int i = 0; i < count && i < ANSWERS_MAX; i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);

		if (!is_about(single, leaf, issuer))
			continue;
		ret->timestamps.stapled = timestamps_of(single);
		return status_of(single, at, ret);
	}
	return STAPLE_UNKNOWN;
}

void certificate_staple_read(struct bytes staple, X509 *leaf, X509 *issuer, time_ns at,
	struct certificate_answer *ret)
{
	const unsigned char *from = staple.at;
	OCSP_RESPONSE *response;
	OCSP_BASICRESP *basic;

	ret->staple = STAPLE_NONE;
	if (staple.len == 0)
		return;
	ret->staple = STAPLE_BAD;
	response = d2i_OCSP_RESPONSE(NULL, &from, (long)staple.len);
	basic = response != NULL && OCSP_response_status(response) ==
					    OCSP_RESPONSE_STATUS_SUCCESSFUL
			? OCSP_response_get1_basic(response)
			: NULL;
	if (basic != NULL)
		ret->staple = basic_read(basic, leaf, issuer, at, ret);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
}
