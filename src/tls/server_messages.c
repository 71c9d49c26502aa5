#include "tls/server_messages.h"

#include "tls/iana.h"
#include "tls/version.h"

/* Every certificate is looked at here, so that the walk later cannot fail. */
enum err certificate_list_parse(struct bytes body, struct reader *ret_chain)
{
	struct reader r = reader_over(body);
	struct reader chain = reader_vec24(&r);
	struct reader walk = chain;

	while (reader_more(&walk)) {
		struct reader der = reader_vec24(&walk);

		if (!reader_more(&der)) /* RFC 5246, 7.4.2: opaque ASN.1Cert<1..2^24-1> */
			reader_spoil(&walk, ERR_VALUE);
	}
	reader_close(&r, &walk);

	enum err err = reader_end(&r);
	if (err == ERR_OK)
		*ret_chain = chain;
	return err;
}

struct bytes certificate_next(struct reader *chain)
{
	if (!reader_more(chain))
		return (struct bytes){ 0 };

	struct reader der = reader_vec24(chain);
	return reader_rest(&der);
}

#define STATUS_OCSP 1

enum err certificate_status_parse(struct bytes body, struct bytes *ret_response)
{
	struct reader r = reader_over(body);
	uint8_t type = reader_u8(&r);
	struct reader response = reader_vec24(&r);
	struct bytes all = reader_rest(&response);
	enum err err;

	if (type != STATUS_OCSP || all.len == 0)
		reader_spoil(&r, ERR_VALUE);
	err = reader_end(&r);
	if (err == ERR_OK)
		*ret_response = all;
	return err;
}

/* A number, without the zeros in front. */
static struct bytes take_number(struct reader *r)
{
	struct reader number = reader_vec16(r);

	while (reader_more(&number) && *number.at == 0)
		(void)reader_u8(&number);
	return reader_rest(&number);
}

static uint16_t count_bits(struct reader *r, struct bytes number)
{
	size_t bits = number.len * 8;

	if (bits > UINT16_MAX) {
		reader_spoil(r, ERR_LIMIT);
		return 0;
	}
	for (uint8_t top = bits > 0 ? number.at[0] : 0; top != 0 && top < 0x80;
		top = top * 2 & 0xff)
		bits--;
	return (uint16_t)bits;
}

static void skip_vec16(struct reader *r)
{
	struct reader skipped = reader_vec16(r);

	(void)reader_rest(&skipped);
	reader_close(r, &skipped);
}

/* RFC 5246, 7.4.3: ServerDHParams. */
static void read_dh(struct reader *r, struct server_key_exchange *exchange)
{
	exchange->dh_prime = take_number(r);
	exchange->dh_generator = take_number(r);
	exchange->dh_public = take_number(r);
	exchange->dh_bits = count_bits(r, exchange->dh_prime);
}

#define CURVE_TYPE_NAMED 3

/* RFC 8422, 5.4. Explicit curves (RFC 4492) have no name to tell. */
static void read_ecdh(struct reader *r, struct server_key_exchange *exchange)
{
	if (reader_u8(r) != CURVE_TYPE_NAMED)
		reader_spoil(r, ERR_UNSUPPORTED);
	exchange->group = reader_u16(r);

	struct reader point = reader_vec8(r);
	exchange->point = reader_rest(&point);
	reader_close(r, &point);
}

/* draft-cragg-tls-ecjpake-01, 7.3: parameters, a point, and the proof of its key. */
static void read_ecjpake(struct reader *r, struct server_key_exchange *exchange)
{
	read_ecdh(r, exchange);
	for (size_t i = 0; i < 2; i++) {
		struct reader proof = reader_vec8(r);

		(void)reader_rest(&proof);
		reader_close(r, &proof);
	}
}

/* The temporary key of an export suite. RFC 2246, 7.4.3: ServerRSAParams. */
static void read_rsa(struct reader *r, struct server_key_exchange *exchange)
{
	exchange->rsa_bits = count_bits(r, take_number(r));
	skip_vec16(r); /* rsa_exponent */
}

static void read_nothing(struct reader *r, struct server_key_exchange *exchange)
{
	(void)r;
	(void)exchange;
}

/* The forms of a ServerKeyExchange by how the suite's name begins; a suite that
 * matches none sends none. To add one: a line here. In order of name. */
static const struct form {
	const char *start;
	bool hint; /* a PSK identity hint in front: RFC 4279, 2 to 4; RFC 5489, 2 */
	void (*read)(struct reader *r, struct server_key_exchange *exchange);
	bool is_signed;
} forms[] = {
	{ "TLS_DHE_DSS_", false, read_dh, true },
	{ "TLS_DHE_PSK_", true, read_dh, false },
	{ "TLS_DHE_RSA_", false, read_dh, true },
	{ "TLS_DH_anon_", false, read_dh, false },
	{ "TLS_ECDHE_ECDSA_", false, read_ecdh, true },
	{ "TLS_ECDHE_PSK_", true, read_ecdh, false },
	{ "TLS_ECDHE_RSA_", false, read_ecdh, true },
	{ "TLS_ECDH_anon_", false, read_ecdh, false },
	{ "TLS_ECJPAKE_", false, read_ecjpake, false },
	{ "TLS_PSK_DHE_", true, read_dh, false }, /* RFC 6655's name of DHE_PSK */
	{ "TLS_PSK_WITH_", true, read_nothing, false },
	{ "TLS_RSA_EXPORT", false, read_rsa, true },
	{ "TLS_RSA_PSK_", true, read_nothing, false },
};

static const struct form *form_of_suite(uint16_t cipher_suite)
{
	const char *name = iana_name(&iana_cipher_suites, cipher_suite);

	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct bytes start = bytes_of_string(forms[i].start);

		if (bytes_start_with(bytes_of_string(name), start))
			return &forms[i];
	}
	return NULL;
}

/* RFC 5246, 4.7 and 7.4.3; before TLS 1.2 the algorithm was not named. */
static void read_signature(
	struct reader *r, uint16_t version, struct server_key_exchange *exchange)
{
	if (version == VERSION_TLS12 || version == VERSION_DTLS12)
		exchange->signature_scheme = reader_u16(r);
	skip_vec16(r);
}

enum err server_key_exchange_parse(struct bytes body, uint16_t cipher_suite,
	uint16_t version, struct server_key_exchange *ret)
{
	const struct form *form = form_of_suite(cipher_suite);
	struct server_key_exchange exchange = { 0 };
	struct reader r = reader_over(body);

	if (form == NULL)
		return ERR_UNSUPPORTED;
	if (form->hint)
		skip_vec16(&r);
	form->read(&r, &exchange);
	if (form->is_signed)
		read_signature(&r, version, &exchange);

	enum err err = reader_end(&r);
	if (err == ERR_OK)
		*ret = exchange;
	return err;
}
