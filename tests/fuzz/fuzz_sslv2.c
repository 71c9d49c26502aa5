#include <stdlib.h>

#include "fuzz.h"
#include "tls/sslv2_hello.h"

/* Any bytes: a check that said no stays with it however much follows, one that
 * said yes answers the length that parsing takes, and lists are of whole items. */

static enum err check_prefixes(enum err (*check)(struct bytes start, size_t *ret_len),
	struct bytes all, size_t *ret_len)
{
	enum err err = ERR_MORE;
	size_t len = 0;

	for (size_t n = 0; n <= all.len && n <= 64; n++) {
		enum err next = check(bytes_first(all, n), &len);

		if (err != ERR_MORE && next != err)
			abort();
		err = next;
	}
	if (err == ERR_OK && (len < 3 || len > SSLV2_RECORD_MAX))
		abort();
	*ret_len = len;
	return err;
}

static void walk(struct reader list)
{
	while (reader_more(&list))
		(void)reader_u24(&list);
	if (reader_end(&list) != ERR_OK)
		abort();
}

static void check_client(struct bytes all)
{
	struct sslv2_client_hello hello;
	size_t len = 0;
	enum err err = check_prefixes(sslv2_client_hello_check, all, &len);

	if (err == ERR_OK && len <= all.len) {
		if (sslv2_client_hello_parse(bytes_first(all, len), &hello) != ERR_OK)
			abort();
		walk(hello.cipher_specs);
	}
	if (sslv2_client_hello_parse(all, &hello) == ERR_OK &&
		(err != ERR_OK || len != all.len))
		abort();
}

static void check_server(struct bytes all)
{
	struct sslv2_server_hello hello;
	size_t len = 0;
	enum err err = check_prefixes(sslv2_server_hello_check, all, &len);

	if (err == ERR_OK && len <= all.len) {
		if (sslv2_server_hello_parse(bytes_first(all, len), &hello) != ERR_OK)
			abort();
		walk(hello.cipher_specs);
	}
	if (sslv2_server_hello_parse(all, &hello) == ERR_OK &&
		(err != ERR_OK || len != all.len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = bytes_over(data, size);

	check_client(all);
	check_server(all);
	return 0;
}
