#include <stdlib.h>

#include "fuzz.h"
#include "tls/client_hello.h"
#include "tls/version.h"

/* Any bytes at all, as a hello of TLS and of DTLS: whatever is accepted can be
 * walked to its end, and the two maxima are versions that the hello offers. */

static void walk(struct reader list, size_t item_len)
{
	while (reader_more(&list))
		if (reader_take(&list, item_len).len != item_len)
			abort();
	if (reader_end(&list) != ERR_OK)
		abort();
}

static void walk_vectors(struct reader list, bool long_form, size_t head_len)
{
	while (reader_more(&list)) {
		(void)reader_take(&list, head_len);
		if (long_form)
			(void)reader_vec16(&list);
		else
			(void)reader_vec8(&list);
	}
	if (reader_end(&list) != ERR_OK)
		abort();
}

static void check_extensions(const struct client_hello *hello)
{
	struct reader list = hello->extensions;

	while (reader_more(&list)) {
		uint16_t type = reader_u16(&list);
		struct reader body = reader_vec16(&list);
		struct bytes found = client_hello_extension(hello, type);

		/* Each stands once, so the one found is this one. */
		if (found.at == NULL || found.at != reader_rest(&body).at)
			abort();
	}
}

static bool stands_in(struct reader list, uint16_t value)
{
	while (reader_more(&list))
		if (reader_u16(&list) == value)
			return true;
	return false;
}

static void check_maxima(const struct client_hello *hello)
{
	uint16_t max = client_hello_max_version(hello);
	uint16_t legacy = client_hello_max_version_legacy(hello);

	if (legacy == VERSION_NONE || version_rank(legacy) > RANK_TLS12)
		abort();
	if (client_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS)) {
		if (max != VERSION_NONE && !stands_in(hello->supported_versions, max))
			abort();
	} else if (max != legacy) {
		abort();
	}
	if (is_grease(max))
		abort();
}

static void check(const struct client_hello *hello)
{
	walk(hello->cipher_suites, 2);
	walk(hello->compressions, 1);
	walk(hello->supported_versions, 2);
	walk(hello->supported_groups, 2);
	walk(hello->point_formats, 1);
	walk(hello->signature_schemes, 2);
	walk(hello->cert_signature_schemes, 2);
	walk(hello->psk_modes, 1);
	walk_vectors(hello->alpn, false, 0);
	walk_vectors(hello->key_shares, true, 2);
	walk_vectors(hello->extensions, true, 2);
	if (hello->random.len != 32 || hello->session_id.len > 32)
		abort();
	check_extensions(hello);
	check_maxima(hello);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client_hello hello;

	if (client_hello_parse(bytes_over(data, size), &hello) == ERR_OK)
		check(&hello);
	if (client_hello_parse_dtls(bytes_over(data, size), &hello) == ERR_OK)
		check(&hello);
	return 0;
}
