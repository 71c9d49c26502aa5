#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tls/fingerprint.h"

/* Any hello that parses has fingerprints of the published form, and the texts that
 * are hashed hold nothing but their own characters. */

static void check_text(struct bytes all, const char *allowed)
{
	for (size_t i = 0; i < all.len; i++)
		if (all.at[i] == '\0' || strchr(allowed, all.at[i]) == NULL)
			abort();
}

/* Not the real hashes: that of other people is not what is tested here. */
static void mix(struct bytes all, uint8_t *ret, size_t len)
{
	memset(ret, 0, len);
	for (size_t i = 0; i < all.len; i++)
		ret[i % len] = (uint8_t)(ret[i % len] * 31 + all.at[i]);
}

static void fake_md5(struct bytes all, uint8_t ret[MD5_LEN])
{
	check_text(all, "0123456789,-");
	mix(all, ret, MD5_LEN);
}

static void fake_sha256(struct bytes all, uint8_t ret[SHA256_LEN])
{
	check_text(all, "0123456789abcdef,_");
	mix(all, ret, SHA256_LEN);
}

static const struct crypto crypto = { .md5 = fake_md5, .sha256 = fake_sha256 };

static void check_hex(const char *text, size_t len)
{
	if (strspn(text, "0123456789abcdef") < len)
		abort();
}

/* An empty text says that memory ran out. */
static void check_ja3(const char *text)
{
	if (text[0] == '\0')
		return;
	if (strlen(text) != JA3_TEXT_MAX - 1)
		abort();
	check_hex(text, JA3_TEXT_MAX - 1);
}

static void check_ja4(const char *text)
{
	if (text[0] == '\0')
		return;
	if (strlen(text) != JA4_TEXT_MAX - 1 || text[10] != '_' || text[23] != '_')
		abort();
	if (text[3] != 'd' && text[3] != 'i')
		abort();
	if (strspn(text + 4, "0123456789") < 4)
		abort();
	check_hex(text + 11, 12);
	check_hex(text + 24, 12);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client_hello hello;
	struct server_hello answer;
	char ja3[JA3_TEXT_MAX];
	char ja4[JA4_TEXT_MAX];

	if (client_hello_parse(bytes_over(data, size), &hello) == ERR_OK) {
		fingerprint_ja3(&crypto, &hello, ja3);
		check_ja3(ja3);
		fingerprint_ja4(&crypto, &hello, FINGERPRINT_TCP, ja4);
		check_ja4(ja4);
	}
	if (server_hello_parse(bytes_over(data, size), &answer) == ERR_OK) {
		fingerprint_ja3s(&crypto, &answer, ja3);
		check_ja3(ja3);
	}
	return 0;
}
