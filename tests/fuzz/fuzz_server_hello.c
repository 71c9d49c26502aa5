#include <stdlib.h>

#include "fuzz.h"
#include "tls/client_hello.h"
#include "tls/server_hello.h"
#include "tls/version.h"

/* Any bytes at all, as a ServerHello and as the HelloRetryRequest of old drafts:
 * whatever is accepted has extensions that can be walked, and what is told of them
 * was sent. */

static void check(const struct server_hello *hello)
{
	struct reader list = hello->extensions;

	while (reader_more(&list)) {
		uint16_t type = reader_u16(&list);

		(void)reader_vec16(&list);
		if (!server_hello_has(hello, type))
			abort();
	}
	if (reader_end(&list) != ERR_OK)
		abort();
	if (version_rank(hello->legacy_version) < RANK_SSL3 || hello->session_id.len > 32)
		abort();
	if (hello->version != hello->legacy_version &&
		!server_hello_has(hello, EXTENSION_SUPPORTED_VERSIONS))
		abort();
	if (hello->alpn.len > 0 && !server_hello_has(hello, EXTENSION_ALPN))
		abort();
	if (hello->psk_chosen && !server_hello_has(hello, EXTENSION_PRE_SHARED_KEY))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct server_hello hello;

	if (server_hello_parse(bytes_over(data, size), &hello) == ERR_OK)
		check(&hello);
	if (server_hello_parse_retry_draft(bytes_over(data, size), &hello) == ERR_OK) {
		if (!hello.is_retry)
			abort();
		check(&hello);
	}
	return 0;
}
