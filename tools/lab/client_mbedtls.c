/* client HOST PORT [MAX-MINOR]: one request over mbedTLS, trusting anything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

int main(int argc, char **argv)
{
	static const unsigned char request[] = "GET / HTTP/1.0\r\n\r\n";
	mbedtls_net_context net;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context random;
	mbedtls_ssl_config config;
	mbedtls_ssl_context ssl;
	unsigned char answer[512];

	if (argc < 3)
		return 2;
	mbedtls_net_init(&net);
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&random);
	mbedtls_ssl_config_init(&config);
	mbedtls_ssl_init(&ssl);
	if (mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) ||
		mbedtls_net_connect(&net, argv[1], argv[2], MBEDTLS_NET_PROTO_TCP) ||
		mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT,
			MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))
		return 3;
	mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
	mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
	mbedtls_ssl_conf_min_version(&config, 3, 1);
	if (argc > 3)
		mbedtls_ssl_conf_max_version(&config, 3, (int)strtol(argv[3], NULL, 10));
	if (mbedtls_ssl_setup(&ssl, &config) || mbedtls_ssl_set_hostname(&ssl, argv[1]))
		return 3;
	mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
	if (mbedtls_ssl_handshake(&ssl) != 0)
		return 1;
	mbedtls_ssl_write(&ssl, request, sizeof request - 1);
	mbedtls_ssl_read(&ssl, answer, sizeof answer);
	mbedtls_ssl_close_notify(&ssl);
	puts("answer");
	return 0;
}
