#include "tls/sslv2_hello.h"

#include "tls/version.h"

/* Lengths and codes of draft-hickman-netscape-ssl-00, 5.2 to 5.6, and 5.8. */
enum {
	TWO_BYTE_HEADER = 0x80, /* top bit: no padding follows */
	HEADER_LEN = 2,
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 4,
	CLIENT_HEAD_LEN = 9,  /* type, version, three lengths */
	SERVER_HEAD_LEN = 11, /* type, hit, certificate type, version, three lengths */
	CIPHER_SPEC_LEN = 3,
	SESSION_ID_LEN = 16,
	CHALLENGE_MIN = 16, /* the CONNECTION-ID has the same bounds */
	CHALLENGE_MAX = 32,
	CERTIFICATE_NONE = 0,
	CERTIFICATE_X509 = 1,
};

/* What stands in front of the three vectors of either hello. */
struct head {
	size_t record_len; /* without the two bytes of header */
	uint8_t hit;
	uint8_t certificate_type;
	uint16_t version;
	uint16_t lens[3];
};

/* The first expectation that fails spoils r, so it is the first wrong byte that
 * decides, and bytes that are missing decide nothing before they are there. */
static void expect(struct reader *r, bool fits)
{
	if (!fits)
		reader_spoil(r, ERR_VALUE);
}

static size_t read_record_len(struct reader *r)
{
	uint8_t high = reader_u8(r);

	expect(r, high & TWO_BYTE_HEADER);
	return (size_t)(high & ~TWO_BYTE_HEADER) << 8 | reader_u8(r);
}

static void read_lens(struct reader *r, struct head *head, size_t head_len)
{
	size_t sum = head_len;

	for (size_t i = 0; i < COUNT_OF(head->lens); i++) {
		head->lens[i] = reader_u16(r);
		sum += head->lens[i];
	}
	expect(r, sum == head->record_len);
}

static bool is_id_len(uint16_t len)
{
	return len >= CHALLENGE_MIN && len <= CHALLENGE_MAX;
}

/* RFC 5246, E.2. TLS 1.3 is never offered in this form (RFC 8446, D.5). The
 * bounds hold at any port: nothing else begins like this by chance. */
static struct head read_client_head(struct reader *r)
{
	struct head head = { .record_len = read_record_len(r) };

	expect(r, reader_u8(r) == MESSAGE_CLIENT_HELLO);
	head.version = reader_u16(r);
	expect(r, head.version == VERSION_SSL2 || (head.version >= VERSION_SSL3 &&
	                                                  head.version <= VERSION_TLS12));
	read_lens(r, &head, CLIENT_HEAD_LEN);
	expect(r, head.lens[0] > 0 && head.lens[0] % CIPHER_SPEC_LEN == 0);
	expect(r, head.lens[1] == 0 || head.lens[1] == SESSION_ID_LEN);
	expect(r, is_id_len(head.lens[2]));
	return head;
}

/* On a hit nothing but the connection id is sent again. Servers that share no
 * cipher answer an empty list. draft-hickman, 5.6. */
static struct head read_server_head(struct reader *r)
{
	struct head head = { .record_len = read_record_len(r) };

	expect(r, reader_u8(r) == MESSAGE_SERVER_HELLO);
	head.hit = reader_u8(r);
	expect(r, head.hit <= 1);
	head.certificate_type = reader_u8(r);
	expect(r, head.certificate_type ==
	                  (head.hit ? CERTIFICATE_NONE : CERTIFICATE_X509));
	head.version = reader_u16(r);
	expect(r, head.version == VERSION_SSL2);
	read_lens(r, &head, SERVER_HEAD_LEN);
	expect(r, (head.lens[0] == 0) == (head.hit == 1));
	expect(r, head.lens[1] % CIPHER_SPEC_LEN == 0);
	expect(r, is_id_len(head.lens[2]));
	return head;
}

static enum err check(
        struct bytes start, struct head (*read_head)(struct reader *r), size_t *ret_len)
{
	struct reader r = reader_over(start);
	struct head head = read_head(&r);
	enum err err = reader_fault(&r);

	if (err == ERR_OK)
		*ret_len = HEADER_LEN + head.record_len;
	return err == ERR_SHORT ? ERR_MORE : err;
}

enum err sslv2_client_hello_check(struct bytes start, size_t *ret_len)
{
	return check(start, read_client_head, ret_len);
}

enum err sslv2_server_hello_check(struct bytes start, size_t *ret_len)
{
	return check(start, read_server_head, ret_len);
}

enum err sslv2_client_hello_parse(struct bytes record, struct sslv2_client_hello *ret)
{
	struct reader r = reader_over(record);
	struct head head = read_client_head(&r);
	struct sslv2_client_hello hello = { .version = head.version };

	hello.cipher_specs = reader_child(&r, head.lens[0]);
	hello.session_id = reader_take(&r, head.lens[1]);
	hello.challenge = reader_take(&r, head.lens[2]);

	enum err err = reader_end(&r);
	if (err == ERR_OK)
		*ret = hello;
	return err;
}

enum err sslv2_server_hello_parse(struct bytes record, struct sslv2_server_hello *ret)
{
	struct reader r = reader_over(record);
	struct head head = read_server_head(&r);
	struct sslv2_server_hello hello = {
		.version = head.version,
		.session_id_hit = head.hit == 1,
	};

	hello.certificate = reader_take(&r, head.lens[0]);
	hello.cipher_specs = reader_child(&r, head.lens[1]);
	hello.connection_id = reader_take(&r, head.lens[2]);

	enum err err = reader_end(&r);
	if (err == ERR_OK)
		*ret = hello;
	return err;
}
