/* Any hello, made a form and from that a live hello, has that form again; what no digest
 * counts is left out, and the digest stays. The first byte is the seed. */
#include <stdlib.h>
#include <string.h>

#include "evidence/hello_live.h"
#include "fuzz.h"

/* Not a hash to rely on; equal for what is equal is all that is needed here. */
static void sum(struct bytes all, uint8_t ret[SHA256_LEN])
{
	memset(ret, 0, SHA256_LEN);
	for (size_t i = 0; i < all.len; i++)
		ret[i % SHA256_LEN] = (uint8_t)(31 * ret[i % SHA256_LEN] + all.at[i] + 1);
}

/* Keys that are none, of lengths that do not matter. */
static size_t key_share(
	uint16_t group, const uint8_t secret[KEY_SECRET_LEN], uint8_t ret[KEY_SHARE_MAX])
{
	memset(ret, secret[0], KEY_SHARE_MAX);
	return group % 100;
}

static const struct crypto crypto = { .sha256 = sum, .key_share = key_share };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static enum err parse(
	enum hello_format format, struct bytes all, struct client_hello *ret)
{
	return format == HELLO_DTLS ? client_hello_parse_dtls(all, ret)
				    : client_hello_parse(all, ret);
}

static bool keeps_all(const struct client_hello *hello)
{
	return !client_hello_has(hello, EXTENSION_PRE_SHARED_KEY) &&
	       !client_hello_has(hello, EXTENSION_EARLY_DATA) &&
	       !client_hello_has(hello, EXTENSION_COOKIE);
}

/* Keys may fill the extensions up; nothing else may fail. */
static bool write_live(const struct hello *hello, uint8_t seed, struct writer *w)
{
	struct hello_live_wish wish = { .seed = { seed },
		.server_name = bytes_of_string("a.example") };
	enum err err = hello_live_body(hello, &wish, &crypto, w);

	must(err == ERR_OK || (err == ERR_LIMIT && hello->form.len > 60));
	return err == ERR_OK;
}

static void check(enum hello_format format, uint8_t seed, struct bytes all)
{
	static uint8_t once[HELLO_FORM_MAX], twice[HELLO_FORM_MAX], room[HELLO_LIVE_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct writer again = writer_over(twice, sizeof twice);
	struct writer sent = writer_over(room, sizeof room);
	struct client_hello hello, live;
	struct hello a, b;

	if (parse(format, all, &hello) != ERR_OK ||
		hello_form_write(&hello, format, &w) != ERR_OK)
		return;
	must(hello_of_form(&crypto, format, writer_written(&w), &a) == ERR_OK);
	if (!write_live(&a, seed, &sent))
		return;
	must(parse(format, writer_written(&sent), &live) == ERR_OK);
	must((live.body_fault == ERR_OK) == (hello.body_fault == ERR_OK) ||
		!keeps_all(&hello));
	must(hello_form_write(&live, format, &again) == ERR_OK);
	if (keeps_all(&hello))
		must(bytes_equal(writer_written(&w), writer_written(&again)));
	must(hello_of_form(&crypto, format, writer_written(&again), &b) == ERR_OK);
	must(memcmp(a.digest, b.digest, SHA256_LEN) == 0);
}

static void check_sslv2(uint8_t seed, struct bytes all)
{
	static uint8_t once[SSLV2_RECORD_MAX], twice[SSLV2_RECORD_MAX],
		room[SSLV2_RECORD_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct writer again = writer_over(twice, sizeof twice);
	struct writer sent = writer_over(room, sizeof room);
	struct sslv2_client_hello hello, live;
	struct hello read;

	if (sslv2_client_hello_parse(all, &hello) != ERR_OK)
		return;
	must(hello_form_write_sslv2(&hello, &w) == ERR_OK);
	must(hello_of_form(&crypto, HELLO_SSLV2, writer_written(&w), &read) == ERR_OK);
	must(write_live(&read, seed, &sent));
	must(sslv2_client_hello_parse(writer_written(&sent), &live) == ERR_OK);
	must(hello_form_write_sslv2(&live, &again) == ERR_OK);
	must(bytes_equal(writer_written(&w), writer_written(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	check(HELLO_TLS, data[0], bytes_over(data + 1, size - 1));
	check(HELLO_QUIC, data[0], bytes_over(data + 1, size - 1));
	check(HELLO_DTLS, data[0], bytes_over(data + 1, size - 1));
	check_sslv2(data[0], bytes_over(data + 1, size - 1));
	return 0;
}
