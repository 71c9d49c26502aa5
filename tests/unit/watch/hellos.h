/*
 * hellos - the bytes of the hellos and records that tests of watch are made of.
 */
#ifndef TESTS_UNIT_WATCH_HELLOS_H
#define TESTS_UNIT_WATCH_HELLOS_H

/* A client of TLS 1.2 with two suites; the random's bytes are all 'r'. */
#define RANDOM "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
#define CLIENT_HELLO                                                                     \
	"\x16\x03\x01\x00\x2f"             /* record of handshake */                     \
	"\x01\x00\x00\x2b"                 /* ClientHello */                             \
	"\x03\x03" RANDOM "\x00"           /* version, random, session */                \
	"\x00\x04\xc0\x2f\x00\x0a\x01\x00" /* suites, compressions */
#define SERVER_HELLO                                                                     \
	"\x16\x03\x03\x00\x2a"   /* record of handshake */                               \
	"\x02\x00\x00\x26"       /* ServerHello */                                       \
	"\x03\x03" RANDOM "\x00" /* version, random, session */                          \
	"\xc0\x2f\x00"           /* suite, compression */
/* The same hello's first bytes, in records of one byte. */
#define RECORD_OF(byte) "\x16\x03\x01\x00\x01" byte
#define CLIENT_HELLO_IN_CRUMBS                                                           \
	RECORD_OF("\x01")                                                                \
	RECORD_OF("\x00")                                                                \
	RECORD_OF("\x00") RECORD_OF("\x2b") RECORD_OF("\x03") RECORD_OF("\x03")
/* SSL 2.0's record and form, offering TLS 1.0. RFC 5246, E.2. */
#define SSLV2_HELLO                                                                      \
	"\x80\x1c\x01\x03\x01"               /* record, CLIENT-HELLO, version */         \
	"\x00\x03\x00\x00\x00\x10"           /* lengths */                               \
	"\x00\x00\x0a"                       /* cipher spec */                           \
	"cccccccccccccccc"                   /* challenge */
#define ALERT "\x15\x03\x01\x00\x02\x02\x46" /* fatal, protocol_version */

/* What follows a SERVER_HELLO of TLS 1.2; what is encrypted is all '?'. */
#define SERVER_HELLO_DONE   "\x16\x03\x03\x00\x04\x0e\x00\x00\x00"
#define CLIENT_KEY_EXCHANGE "\x16\x03\x03\x00\x05\x10\x00\x00\x01\x00"
#define CHANGE_CIPHER_SPEC  "\x14\x03\x03\x00\x01\x01"
#define ENCRYPTED40         "????????????????????????????????????????"
#define FINISHED            "\x16\x03\x03\x00\x28" ENCRYPTED40
#define DATA                "\x17\x03\x03\x00\x28" ENCRYPTED40
#define ENCRYPTED_ALERT     "\x15\x03\x03\x00\x20????????????????????????????????"

/* TLS 1.3: supported_versions says so. RFC 8446, 4.1.3. */
#define SERVER_HELLO13                                                                   \
	"\x16\x03\x03\x00\x32"             /* record of handshake */                     \
	"\x02\x00\x00\x2e"                 /* ServerHello */                             \
	"\x03\x03" RANDOM "\x00"           /* version, random, session */                \
	"\x13\x01\x00"                     /* suite, compression */                      \
	"\x00\x06\x00\x2b\x00\x02\x03\x04" /* supported_versions */
/* An alert of TLS 1.3, encrypted: two bytes, the inner type, the tag. */
#define ALERT13 "\x17\x03\x03\x00\x13???????????????????"

/* Both sides' whole handshake of TLS 1.2, by the lengths of what is sent before. */
#define OPENED(hello)                                                                    \
	FROM_CLIENT(TCP_SYN, 0, ""), FROM_SERVER(TCP_SYN | TCP_ACK, 0, ""),              \
		FROM_CLIENT(TCP_ACK, 1, hello)
#define LEN(text)       (sizeof(text) - 1)
#define AFTER(text)     (1 + LEN(text))
#define SERVER_FLIGHT   SERVER_HELLO SERVER_HELLO_DONE
#define CLIENT_FLIGHT   CLIENT_KEY_EXCHANGE CHANGE_CIPHER_SPEC FINISHED
#define SERVER_FINISHED CHANGE_CIPHER_SPEC FINISHED
#define CLIENT_FLIGHT13 CHANGE_CIPHER_SPEC DATA

#endif
