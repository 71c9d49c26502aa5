/*
 * fingerprint - JA3, JA3S and JA4, exactly as published.
 *
 * JA3: github salesforce/ja3 (BSD-3). JA4: github FoxIO-LLC/ja4, technical_details/JA4.md
 * (BSD-3; only JA4 itself, none of the JA4+ family).
 */
#ifndef TLS_FINGERPRINT_H
#define TLS_FINGERPRINT_H

#include "base/crypto.h"
#include "tls/client_hello.h"
#include "tls/server_hello.h"

#define JA3_TEXT_MAX 33 /* 32 hexadecimal digits and the final zero */
#define JA4_TEXT_MAX 37 /* "t13d1516h2_8daaf6152771_e5627efa2ab1" */

/* Where memory runs out, which only a hello of thousands of suites can bring about,
 * the text is empty. */

enum fingerprint_transport { /* JA4's first letter */
	FINGERPRINT_TCP = 't',
	FINGERPRINT_QUIC = 'q',
	FINGERPRINT_DTLS = 'd',
};

void fingerprint_ja3(const struct crypto *crypto, const struct client_hello *hello,
        char ret_text[JA3_TEXT_MAX]);
void fingerprint_ja3s(const struct crypto *crypto, const struct server_hello *hello,
        char ret_text[JA3_TEXT_MAX]);
void fingerprint_ja4(const struct crypto *crypto, const struct client_hello *hello,
        enum fingerprint_transport transport, char ret_text[JA4_TEXT_MAX]);

#endif
