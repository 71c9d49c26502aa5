/* Whatever a chain, a stapled response and a list of timestamps hold: they are judged,
 * the same twice, and nothing leads to a root whose key is lost but the root itself. What
 * can be read of a certificate is read too.
 *
 * The first byte picks the name that was asked for; then come pieces, each behind a
 * length of two bytes: the response, the timestamps, and certificates, leaf first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/reader.h"
#include "fuzz.h"
#include "sys/certificate_trust.h"

/* Self-signed; its key was thrown away. */
static const char ROOT[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBhjCCAS2gAwIBAgIUIaNbc7pf6WMAR5s/gK0UmNrbBQAwCgYIKoZIzj0EAwIw\n"
	"GDEWMBQGA1UEAwwNTm9ib2R5J3Mgcm9vdDAgFw0yNjExMjcyMDM5MDFaGA8yMTI2\n"
	"MTEwMzIwMzkwMVowGDEWMBQGA1UEAwwNTm9ib2R5J3Mgcm9vdDBZMBMGByqGSM49\n"
	"AgEGCCqGSM49AwEHA0IABH8SUUBCWez278uq6ghh/aG+UB/eL4rcDSeIJ+modX/n\n"
	"IfZ6cFAPUEMjwKIocYKpULD/LZV0jsBDTXBFjETrKwijUzBRMB0GA1UdDgQWBBSM\n"
	"SLiq5ASAIkVh/7tpt3CM9HUh4TAfBgNVHSMEGDAWgBSMSLiq5ASAIkVh/7tpt3CM\n"
	"9HUh4TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBnAJfZzWM/y\n"
	"YPpZkMK29rzRSZX8doagoD5qtJuDNpXgAiA3zR3yUE9smvhvEoeOdWzxFAsAVkY7\n"
	"LRqop8aYhnNcbQ==\n"
	"-----END CERTIFICATE-----\n";

#define DAY_OF_JUDGEMENT (22000 * TIME_DAY) /* in 2030, within its time */

static struct certificate_roots *roots;

static void must(bool held)
{
	if (!held)
		abort();
}

static void make_roots(void)
{
	char path[] = "/tmp/tlsunset-fuzz-XXXXXX";
	int fd = mkstemp(path);

	must(fd >= 0 && write(fd, ROOT, sizeof ROOT - 1) == sizeof ROOT - 1);
	(void)close(fd);
	must(certificate_roots_new(path, &roots, NULL) == ERR_OK);
	(void)unlink(path);
}

static void read_each(const struct certificate_question *question)
{
	for (size_t i = 0; i < question->count; i++) {
		struct certificate certificate = { 0 };
		struct arena arena;

		enum err err;

		arena_init(&arena, (size_t)1 << 16);
		err = certificate_read(question->chain[i], &arena, &certificate);
		must(err == ERR_OK || err == ERR_VALUE || err == ERR_LIMIT ||
			err == ERR_MEMORY);
		arena_done(&arena);
	}
}

/* Of a chain that is believed each name is the root's, for nobody else is believed. */
static bool is_root(struct bytes der)
{
	static const char name[] = "Nobody's root";

	return bytes_find(der, bytes_of_string(name)) < der.len;
}

static void judge(const struct certificate_question *question)
{
	struct certificate_answer one, two;

	certificate_judge(roots, question, &one);
	certificate_judge(roots, question, &two);
	must(one.trust == two.trust && one.name_matches == two.name_matches &&
		one.staple == two.staple);
	must(memcmp(&one.timestamps, &two.timestamps, sizeof one.timestamps) == 0);
	must(question->timestamps.len > 0 || one.timestamps.sent == 0);
	must(question->staple.len > 0 || one.timestamps.stapled == 0);
	must(one.trust != TRUST_OK ||
		(question->count > 0 && is_root(question->chain[0])));
	must(question->staple.len > 0 || one.staple <= STAPLE_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { NULL, "www.example.net", "192.0.2.1",
		"2001:db8::1" };
	struct reader r = reader_over(bytes_over(data, size));
	struct bytes chain[CERTIFICATE_CHAIN_MAX];
	struct certificate_question question = { .chain = chain,
		.at = DAY_OF_JUDGEMENT,
		.name = names[reader_u8(&r) % COUNT_OF(names)] };

	if (roots == NULL)
		make_roots();
	question.staple = reader_take(&r, reader_u16(&r));
	question.timestamps = reader_take(&r, reader_u16(&r));
	while (reader_more(&r) && question.count < CERTIFICATE_CHAIN_MAX)
		chain[question.count++] = reader_take(&r, reader_u16(&r));
	read_each(&question);
	judge(&question);
	return 0;
}
