#define _GNU_SOURCE /* memfd_create */
#include "sys/certificate_made.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEY_BITS 3072 /* the least that any level up to 3 takes */
#define DAY      86400

static bool name(X509 *certificate)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	const unsigned char host[] = "localhost";
	X509_EXTENSION *names = X509V3_EXT_conf_nid(
		NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
	bool fine = names != NULL &&
		    X509_NAME_add_entry_by_txt(
			    subject, "CN", MBSTRING_ASC, host, -1, -1, 0) == 1 &&
		    X509_set_issuer_name(certificate, subject) == 1 &&
		    X509_add_ext(certificate, names, -1) == 1;

	X509_EXTENSION_free(names);
	return fine;
}

/* From a day ago: a clock may be a little wrong. */
static bool sign(X509 *certificate, EVP_PKEY *key)
{
	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY) != NULL &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), DAY) != NULL &&
	       X509_set_pubkey(certificate, key) == 1 && name(certificate) &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

/* A file in memory, with what a BIO of memory holds. */
static enum err keep(BIO *all, int *ret)
{
	char *at;
	long len = BIO_get_mem_data(all, &at);
	int descriptor = memfd_create("certificate", MFD_CLOEXEC);

	if (descriptor < 0 || len <= 0 || write(descriptor, at, (size_t)len) != len) {
		if (descriptor >= 0)
			close(descriptor);
		return ERR_IO;
	}
	*ret = descriptor;
	return ERR_OK;
}

enum err certificate_made(int *ret_descriptor)
{
	EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);
	X509 *certificate = X509_new();
	BIO *all = BIO_new(BIO_s_mem());
	enum err err = ERR_CRYPTO;

	/* PKCS#1, as the oldest servers read it. */
	if (key != NULL && certificate != NULL && all != NULL && sign(certificate, key) &&
		PEM_write_bio_PrivateKey_traditional(
			all, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		PEM_write_bio_X509(all, certificate) == 1)
		err = keep(all, ret_descriptor);
	BIO_free(all);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return err;
}

void certificate_made_close(int descriptor)
{
	close(descriptor);
}
