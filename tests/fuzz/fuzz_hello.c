/* The form of any hello is a hello that offers the same, and is its own form. */
#include <stdlib.h>
#include <string.h>

#include "evidence/hello.h"
#include "fuzz.h"

/* Not a hash to rely on; equal for what is equal is all that is needed here. */
static void sum(struct bytes all, uint8_t ret[SHA256_LEN])
{
	memset(ret, 0, SHA256_LEN);
	for (size_t i = 0; i < all.len; i++)
		ret[i % SHA256_LEN] = (uint8_t)(31 * ret[i % SHA256_LEN] + all.at[i]);
}

static const struct crypto crypto = { .sha256 = sum };

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

/* Both lists name the same codes, GREASE apart. */
static void must_equal(struct reader a, struct reader b)
{
	while (reader_more(&a)) {
		uint16_t x = reader_u16(&a), y = reader_u16(&b);

		must(x == y || (is_grease(x) && is_grease(y)));
	}
	must(reader_end(&b) == ERR_OK);
}

static void check(enum hello_format format, struct bytes all)
{
	static uint8_t once[HELLO_FORM_MAX], twice[HELLO_FORM_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct writer again = writer_over(twice, sizeof twice);
	struct client_hello hello, form;
	struct hello a, b;

	if (parse(format, all, &hello) != ERR_OK ||
		hello_form_write(&hello, format, &w) != ERR_OK)
		return;
	must(parse(format, writer_written(&w), &form) == ERR_OK);
	must_equal(hello.cipher_suites, form.cipher_suites);
	must_equal(hello.supported_groups, form.supported_groups);
	must_equal(hello.supported_versions, form.supported_versions);
	must(client_hello_max_version(&hello) == client_hello_max_version(&form));
	must(hello_form_write(&form, format, &again) == ERR_OK);
	must(bytes_equal(writer_written(&w), writer_written(&again)));
	must(hello_of_form(&crypto, format, writer_written(&w), &a) == ERR_OK);
	must(hello_of_form(&crypto, format, writer_written(&again), &b) == ERR_OK);
	must(memcmp(a.digest, b.digest, SHA256_LEN) == 0 && a.family == b.family);
}

static void check_sslv2(struct bytes all)
{
	static uint8_t once[SSLV2_RECORD_MAX];
	struct writer w = writer_over(once, sizeof once);
	struct sslv2_client_hello hello;
	struct hello read;

	if (sslv2_client_hello_parse(all, &hello) != ERR_OK)
		return;
	must(hello_form_write_sslv2(&hello, &w) == ERR_OK);
	must(hello_of_form(&crypto, HELLO_SSLV2, writer_written(&w), &read) == ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(HELLO_TLS, bytes_over(data, size));
	check(HELLO_DTLS, bytes_over(data, size));
	check_sslv2(bytes_over(data, size));
	return 0;
}
