#include "certificates.h"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY 86400

struct made {
	X509 *x509;
	EVP_PKEY *key;
	unsigned char *der;
	int len;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void set_name(X509 *x509, const char *subject, const struct made *issuer)
{
	X509_NAME *name = X509_get_subject_name(x509);

	must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		     (const unsigned char *)subject, -1, -1, 0) == 1);
	must(X509_set_issuer_name(x509,
		     issuer != NULL ? X509_get_subject_name(issuer->x509) : name) == 1);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	must(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

/* A list of two SCTs, which nobody reads, in an octet string in the extension's. */
static void add_timestamps(X509 *x509)
{
	unsigned char list[] = { 0x04, 10, 0, 8, 0, 2, 1, 2, 0, 2, 3, 4 };
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	must(value != NULL && ASN1_OCTET_STRING_set(value, list, sizeof list) == 1);
	extension = X509_EXTENSION_create_by_NID(NULL, NID_ct_precert_scts, 0, value);
	must(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
}

static void add_extensions(X509 *x509, const struct making *making)
{
	add_extension(x509, NID_basic_constraints,
		making->authority ? "critical,CA:TRUE" : "CA:FALSE");
	if (making->names != NULL)
		add_extension(x509, NID_subject_alt_name, making->names);
	if (making->usage != NULL)
		add_extension(x509, NID_ext_key_usage, making->usage);
	if (making->timestamps)
		add_timestamps(x509);
}

struct made *made_new(const struct making *making)
{
	static long serial = 1;
	struct made *made = calloc(1, sizeof *made);
	const struct made *issuer = making->issuer;

	must(made != NULL);
	made->x509 = X509_new();
	made->key = EVP_EC_gen("P-256");
	must(made->x509 != NULL && made->key != NULL);
	must(X509_set_version(made->x509, 2) == 1);
	must(ASN1_INTEGER_set(X509_get_serialNumber(made->x509), serial++) == 1);
	must(ASN1_TIME_set(X509_getm_notBefore(made->x509),
		     (time_t)making->from_day * DAY) != NULL);
	must(ASN1_TIME_set(X509_getm_notAfter(made->x509),
		     (time_t)making->to_day * DAY) != NULL);
	set_name(made->x509, making->subject, issuer);
	must(X509_set_pubkey(made->x509, made->key) == 1);
	add_extensions(made->x509, making);
	must(X509_sign(made->x509, issuer != NULL ? issuer->key : made->key,
		     EVP_sha256()) > 0);
	made->len = i2d_X509(made->x509, &made->der);
	must(made->len > 0);
	return made;
}

void made_free(struct made *made)
{
	OPENSSL_free(made->der);
	X509_free(made->x509);
	EVP_PKEY_free(made->key);
	free(made);
}

struct bytes made_der(const struct made *made)
{
	return bytes_over(made->der, (size_t)made->len);
}

void made_bundle(const char *path, const struct made *const *all, size_t count)
{
	FILE *file = fopen(path, "w");

	must(file != NULL);
	for (size_t i = 0; i < count; i++)
		must(PEM_write_X509(file, all[i]->x509) == 1);
	must(fclose(file) == 0);
}

struct bytes made_staple(const struct made *leaf, const struct made *issuer,
	const struct made *signer, int status, int from_day, int to_day)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), leaf->x509, issuer->x509);
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)from_day * DAY);
	ASN1_TIME *to = ASN1_TIME_set(NULL, (time_t)to_day * DAY);
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int len;

	must(basic != NULL && id != NULL && from != NULL && to != NULL);
	must(OCSP_basic_add1_status(basic, id, status, 0, from, from, to) != NULL);
	must(OCSP_basic_sign(basic, signer->x509, signer->key, EVP_sha256(), NULL, 0) ==
		1);
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	must(response != NULL);
	len = i2d_OCSP_RESPONSE(response, &der);
	must(len > 0);
	OCSP_RESPONSE_free(response);
	ASN1_TIME_free(to);
	ASN1_TIME_free(from);
	OCSP_CERTID_free(id);
	OCSP_BASICRESP_free(basic);
	return bytes_over(der, (size_t)len);
}

void made_staple_free(struct bytes staple)
{
	OPENSSL_free((void *)(uintptr_t)staple.at);
}
