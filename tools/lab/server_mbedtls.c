/* server HOST PORT CERTIFICATE KEY MIN-MINOR MAX-MINOR [SUITE...]: mbedTLS, one peer after the
 * other; suites in mbedTLS's own names. */
#include <stdio.h>
#include <stdlib.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#define SUITES_MAX   16
#define PATIENCE_MS  2000

static mbedtls_ctr_drbg_context draws;
static mbedtls_ssl_config config;

static void configure(char **words, int count)
{
	static mbedtls_entropy_context entropy;
	static mbedtls_x509_crt certificate;
	static mbedtls_pk_context key;
	static int suites[SUITES_MAX + 1];

	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&draws);
	mbedtls_x509_crt_init(&certificate);
	mbedtls_pk_init(&key);
	mbedtls_ssl_config_init(&config);
	if (mbedtls_ctr_drbg_seed(&draws, mbedtls_entropy_func, &entropy, NULL, 0) ||
		mbedtls_x509_crt_parse_file(&certificate, words[0]) ||
		mbedtls_pk_parse_keyfile(&key, words[1], NULL) ||
		mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_SERVER,
			MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) ||
		mbedtls_ssl_conf_own_cert(&config, &certificate, &key))
		exit(3);
	mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &draws);
	mbedtls_ssl_conf_read_timeout(&config, PATIENCE_MS);
	mbedtls_ssl_conf_min_version(&config, 3, (int)strtol(words[2], NULL, 10));
	mbedtls_ssl_conf_max_version(&config, 3, (int)strtol(words[3], NULL, 10));
	for (int i = 4; i < count && i - 4 < SUITES_MAX; i++)
		suites[i - 4] = mbedtls_ssl_get_ciphersuite_id(words[i]);
	if (count > 4)
		mbedtls_ssl_conf_ciphersuites(&config, suites);
}

static void serve(mbedtls_net_context *net)
{
	mbedtls_ssl_context ssl;

	mbedtls_ssl_init(&ssl);
	if (mbedtls_ssl_setup(&ssl, &config) == 0) {
		mbedtls_ssl_set_bio(&ssl, net, mbedtls_net_send, NULL, mbedtls_net_recv_timeout);
		if (mbedtls_ssl_handshake(&ssl) == 0)
			mbedtls_ssl_close_notify(&ssl);
	}
	mbedtls_ssl_free(&ssl);
}

int main(int argc, char **argv)
{
	mbedtls_net_context listener;

	if (argc < 7)
		return 2;
	configure(argv + 3, argc - 3);
	mbedtls_net_init(&listener);
	if (mbedtls_net_bind(&listener, argv[1], argv[2], MBEDTLS_NET_PROTO_TCP))
		return 3;
	for (;;) {
		mbedtls_net_context net;

		mbedtls_net_init(&net);
		if (mbedtls_net_accept(&listener, &net, NULL, 0, NULL) == 0)
			serve(&net);
		mbedtls_net_free(&net);
	}
}
