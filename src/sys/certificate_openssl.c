#include "sys/certificate.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "sys/certificate_inside.h"
#include "sys/crypto.h"

static void x509_free(X509 **x509)
{
	X509_free(*x509);
}

static void bio_free(BIO **bio)
{
	BIO_free(*bio);
}

static const char *keep(struct arena *arena, struct bytes all)
{
	return arena_string(arena, bytes_first(all, CERTIFICATE_TEXT_MAX));
}

static const char *keep_string(struct arena *arena, const char *string)
{
	return keep(arena, bytes_of_string(string));
}

/* RFC 2253, in UTF-8 as it is; control characters stay escaped. */
static const char *name_text(struct arena *arena, const X509_NAME *name)
{
	CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());
	char *at = NULL;

	if (bio == NULL ||
	        X509_NAME_print_ex(bio, name, 0,
	                XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0)
		return NULL;

	long len = BIO_get_mem_data(bio, &at);
	return keep(arena, bytes_over(at, len > 0 ? (size_t)len : 0));
}

/* A name that holds a space or a control character is no host name, and would be
 * two in the list, so it is left out. */
static bool is_listable(struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] <= ' ' || name.at[i] == 0x7f)
			return false;
	return name.len > 0;
}

static void add_name(struct text *text, const GENERAL_NAME *general)
{
	struct bytes name;

	if (general->type != GEN_DNS)
		return;
	name = bytes_over(ASN1_STRING_get0_data(general->d.dNSName),
	        (size_t)ASN1_STRING_length(general->d.dNSName));
	if (!is_listable(name) || text_len(text) + name.len + 1 > CERTIFICATE_TEXT_MAX)
		return;
	if (text_len(text) > 0)
		text_char(text, ' ');
	text_bytes(text, name);
}

/* RFC 5280, 4.2.1.6. */
static const char *alternative_names(struct arena *arena, const X509 *x509)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	struct text text;
	const char *kept;

	text_init(&text, CERTIFICATE_TEXT_MAX);
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add_name(&text, sk_GENERAL_NAME_value(names, i));
	kept = keep_string(arena, text_string(&text));
	text_done(&text);
	GENERAL_NAMES_free(names);
	return kept;
}

/* "EC P-256" for the NIST curves, "EC secp256k1" for others. */
static void read_ec_key(struct arena *arena, const EVP_PKEY *key, struct certificate *ret)
{
	char group[80] = "";
	char text[96];
	size_t len = 0;
	const char *nist;

	if (EVP_PKEY_get_group_name(key, group, sizeof group, &len) != 1)
		group[0] = '\0';
	nist = EC_curve_nid2nist(OBJ_txt2nid(group));
	if (group[0] == '\0')
		snprintf(text, sizeof text, "EC");
	else
		snprintf(text, sizeof text, "EC %s", nist != NULL ? nist : group);
	ret->key_type = keep_string(arena, text);
}

/* A key that libcrypto cannot read (post-quantum, GOST) still has a type. */
static const char *key_type_of_oid(struct arena *arena, const X509 *x509)
{
	ASN1_OBJECT *oid = NULL;
	char text[80];

	if (X509_PUBKEY_get0_param(&oid, NULL, NULL, NULL, X509_get_X509_PUBKEY(x509)) !=
	                1 ||
	        OBJ_obj2txt(text, sizeof text, oid, 0) <= 0)
		return keep_string(arena, "unknown");
	return keep_string(arena, text);
}

static void read_key(struct arena *arena, const X509 *x509, struct certificate *ret)
{
	const EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key == NULL) {
		ret->key_type = key_type_of_oid(arena, x509);
		return;
	}

	int bits = EVP_PKEY_get_bits(key);
	ret->key_bits = bits > 0 ? (uint32_t)bits : 0;
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		ret->key_type = keep_string(arena, "RSA");
		break;
	case EVP_PKEY_EC:
		read_ec_key(arena, key, ret);
		break;
	case EVP_PKEY_ED25519:
		ret->key_type = keep_string(arena, "Ed25519");
		break;
	case EVP_PKEY_ED448:
		ret->key_type = keep_string(arena, "Ed448");
		break;
	default:
		ret->key_type = key_type_of_oid(arena, x509);
	}
}

static const char *signature_text(struct arena *arena, const X509 *x509)
{
	const X509_ALGOR *algorithm = X509_get0_tbs_sigalg(x509);
	const ASN1_OBJECT *oid = NULL;
	char text[80] = "";

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if (OBJ_obj2txt(text, sizeof text, oid, 0) <= 0)
		return keep_string(arena, "unknown");
	return keep_string(arena, text);
}

/* Days and seconds from 1970. */
bool certificate_moment(const ASN1_TIME *asn1, time_ns *ret)
{
	static const int64_t last = (int64_t)(UINT64_MAX / TIME_SECOND);
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0;
	int seconds = 0;
	bool readable =
	        epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, asn1) == 1;

	ASN1_TIME_free(epoch);
	if (!readable)
		return false;

	int64_t all = (int64_t)days * (int64_t)(TIME_DAY / TIME_SECOND) + seconds;
	if (all < 0)
		*ret = 0;
	else if (all > last)
		*ret = UINT64_MAX;
	else
		*ret = (time_ns)all * TIME_SECOND;
	return true;
}

static enum err read_x509(const X509 *x509, struct arena *arena, struct certificate *ret)
{
	if (!certificate_moment(X509_get0_notBefore(x509), &ret->not_before) ||
	        !certificate_moment(X509_get0_notAfter(x509), &ret->not_after))
		return ERR_VALUE;
	ret->subject = name_text(arena, X509_get_subject_name(x509));
	ret->issuer = name_text(arena, X509_get_issuer_name(x509));
	ret->names = alternative_names(arena, x509);
	read_key(arena, x509, ret);
	ret->signature = signature_text(arena, x509);
	if (arena_refused(arena))
		return ERR_LIMIT;
	return ret->subject != NULL && ret->issuer != NULL ? ERR_OK : ERR_VALUE;
}

enum err certificate_read(struct bytes der, struct arena *arena, struct certificate *ret)
{
	const unsigned char *at = der.at;
	struct certificate certificate = { 0 };

	if (der.len > CERTIFICATE_DER_MAX)
		return ERR_LIMIT;

	CLEANUP(x509_free) X509 *x509 = d2i_X509(NULL, &at, (long)der.len);
	enum err err = ERR_VALUE;

	if (x509 != NULL && at == der.at + der.len)
		err = read_x509(x509, arena, &certificate);
	ERR_clear_error(); /* strangers' bytes fill libcrypto's queue of errors */
	if (err != ERR_OK)
		return err;
	crypto_openssl()->sha256(der, certificate.digest);
	*ret = certificate;
	return ERR_OK;
}
