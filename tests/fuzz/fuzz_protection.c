/* The first byte says the kind of suite and version, the second whether what follows is
 * content, which must open as it was sealed, or a record, which must not open: nobody
 * guesses its tag or MAC. */
#include <stdlib.h>

#include "base/attr.h"
#include "fuzz.h"
#include "sys/crypto.h"
#include "tls/protection.h"
#include "tls/version.h"

#define OUT_MAX ((size_t)1 << 17)

static const struct {
	uint16_t suite;
	uint16_t version;
	bool encrypt_then_mac;
} kinds[] = {
	{ 0x0005, VERSION_SSL3, false },
	{ 0x000a, VERSION_SSL3, false },
	{ 0x002f, VERSION_TLS10, false },
	{ 0x002f, VERSION_TLS11, true },
	{ 0xc028, VERSION_TLS12, false },
	{ 0xc02f, VERSION_TLS12, false },
	{ 0xc0ae, VERSION_TLS12, false },
	{ 0xcca8, VERSION_TLS12, false },
	{ 0x1302, VERSION_TLS13, false },
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Opens all records of `sealed`, in place, and holds them against what was sealed. */
static void open_all(struct protection *read, uint8_t *sealed, size_t len, struct bytes all)
{
	struct record_deframer deframer = record_deframer();
	struct bytes rest = bytes_over(sealed, len);
	struct record_piece piece;

	while (record_next(&deframer, &rest, &piece) == ERR_OK) {
		uint8_t type = piece.type;
		uint8_t *payload = sealed + (piece.payload.at - sealed);
		struct bytes content;

		must(piece.first && piece.last);
		must(protection_open(read, &type, piece.version, payload,
			     piece.payload.len, &content) == ERR_OK);
		must(type == CONTENT_HANDSHAKE);
		must(bytes_start_with(all, content));
		all = bytes_after(all, content.len);
	}
	must(all.len == 0);
}

static void there_and_back(
	struct protection *write, struct protection *read, struct bytes all)
{
	static const uint8_t seed[SHA256_LEN] = { 1 };
	struct draws draws = draws_from(crypto_openssl(), seed);
	uint8_t *memory = malloc(OUT_MAX);
	struct writer w = writer_over(memory, OUT_MAX);

	if (memory == NULL)
		return;
	protection_seal(write, CONTENT_HANDSHAKE, all, &draws, &w);
	if (writer_end(&w) == ERR_OK)
		open_all(read, memory, writer_written(&w).len, all);
	free(memory);
}

static void guess(struct protection *read, struct bytes record)
{
	uint8_t *memory = malloc(record.len + 1);
	uint8_t type = CONTENT_HANDSHAKE;
	struct bytes content;

	if (memory == NULL)
		return;
	if (record.len > 0)
		memcpy(memory, record.at, record.len);
	must(protection_open(read, &type, VERSION_TLS12, memory, record.len, &content) !=
		ERR_OK);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct protection write, read;
	struct protection_form form;
	uint8_t block[256];
	size_t kind;

	if (size < 2 || size > RECORD_PAYLOAD_MAX)
		return 0;
	kind = data[0] % COUNT_OF(kinds);
	if (protection_of_suite(crypto_openssl(), suite_find(kinds[kind].suite),
		    kinds[kind].version, kinds[kind].encrypt_then_mac, &form) != ERR_OK)
		return 0;
	memset(block, 0x5a, sizeof block);
	protection_from_key_block(crypto_openssl(), &form, block, &write, &read);
	read = write;
	if (data[1] % 2 == 0)
		there_and_back(&write, &read, bytes_over(data + 2, size - 2));
	else
		guess(&read, bytes_over(data + 2, size - 2));
	return 0;
}
