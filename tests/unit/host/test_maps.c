/* What /proc says, line by line; and Go's mark in programs. */
#include "../unit.h"

#include <string.h>

#include "base/attr.h"
#include "host/maps.h"

static const char MAPS[] =
	"55d0-55d1 r--p 00000000 08:01 1048 /usr/sbin/nginx\n"
	"7f00-7f01 r-xp 00001000 fe:0a 123456789 /usr/lib/libssl.so.3 (deleted)\n"
	"7f02-7f03 rw-p 00000000 00:00 0 \n"
	"7f04-7f05 rw-p 00000000 00:00 0 [heap]\n"
	"7f06-7f07 r--p 00000000 08:01 7 /a folder/libgnutls.so.30\n";

static void test_reads_what_is_mapped(void **state)
{
	struct bytes left = bytes_of_string(MAPS);
	struct mapping mapping;

	(void)state;
	assert_true(maps_next(&left, &mapping));
	assert_null(maps_stack(mapping.path));
	assert_true(maps_next(&left, &mapping));
	assert_string_equal(maps_stack(mapping.path), "openssl");
	assert_true(mapping.deleted);
	assert_int_equal(mapping.major, 0xfe);
	assert_int_equal(mapping.minor, 10);
	assert_int_equal(mapping.inode, 123456789);
	assert_true(bytes_equal(mapping.path, bytes_of_string("/usr/lib/libssl.so.3")));
	assert_true(maps_next(&left, &mapping));
	assert_string_equal(maps_stack(mapping.path), "gnutls");
	assert_true(
		bytes_equal(mapping.path, bytes_of_string("/a folder/libgnutls.so.30")));
	assert_false(maps_next(&left, &mapping));
}

static void test_every_cut_of_maps_ends(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof MAPS; len++) {
		struct bytes left = bytes_over(MAPS, len);
		struct mapping mapping;
		size_t count = 0;

		while (maps_next(&left, &mapping))
			count++;
		assert_true(count <= 3);
	}
}

static void test_libraries_by_their_files(void **state)
{
	static const char *const files[][2] = { { "/a/libssl.so.1.0.0", "openssl" },
		{ "/a/libssl-3.so", "openssl" }, { "/a/libssl3.so", "nss" },
		{ "/a/libmbedtls.so.14", "mbedtls" }, { "/a/jvm/libjvm.so", "java" },
		{ "/usr/lib/libnode.so.108", "node" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		assert_string_equal(
			maps_stack(bytes_of_string(files[i][0])), files[i][1]);
	assert_null(maps_stack(bytes_of_string("/a/libsslcommon.so")));
	assert_null(maps_stack(bytes_of_string("/a/libssl.so.3/libc.so.6")));
}

static void test_sockets_that_listen(void **state)
{
	struct bytes left = bytes_of_string("  sl  local_address rem_address   st "
					    "tx_queue rx_queue tr tm->when retrnsmt "
					    "  uid  timeout inode\n"
					    "   0: 0100007F:1F90 00000000:0000 0A "
					    "00000000:00000000 00:00000000 00000000 "
					    "    0        0 4711 1 0\n"
					    "   1: 0100007F:1F91 0100007F:0050 01 "
					    "00000000:00000000 00:00000000 00000000 "
					    "    0        0 4712 1 0\n"
					    "   2: 0100007F:1F92 00000000:0000 0A\n");
	uint64_t inode;
	uint16_t port;

	(void)state;
	assert_true(listeners_next(&left, &port, &inode));
	assert_int_equal(port, 8080);
	assert_int_equal(inode, 4711);
	assert_false(listeners_next(&left, &port, &inode));
}

static void test_the_release_of_go(void **state)
{
	uint8_t program[96] = "..\xff Go buildinf:\x08\x02";
	char release[32] = "";

	(void)state;
	program[2 + 32] = 8;
	memcpy(program + 2 + 33, "go1.22.3", 8);
	assert_true(go_release(bytes_over(program, sizeof program), release, 32));
	assert_string_equal(release, "1.22.3");
	for (size_t len = 0; len < 2 + 64; len++)
		assert_false(go_release(bytes_over(program, len), release, 32));
	program[2 + 15] = 0; /* of a Go before 1.18 */
	assert_false(go_release(bytes_over(program, sizeof program), release, 32));
}

static void test_what_a_program_of_go_was_built_with(void **state)
{
	static const struct {
		const char *settings;
		bool old;
	} rows[] = {
		{ "build\tDefaultGODEBUG=tls10server=1\n", true },
		{ "x build\tDefaultGODEBUG=a=b,tls10server=1,c=d\nbuild\tx", true },
		{ "build\tDefaultGODEBUG=tls10server=1,tls10server=0\n", false },
		{ "build\tDefaultGODEBUG=tls10server=0\n", false },
		{ "build\tDefaultGODEBUG=xtls10server=1\n", false },
		{ "build\tDefaultGODEBUG=a=b\ntls10server=1", false },
		{ "tls10server=1", false }, /* of what else it holds */
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(
			go_old_servers(go_settings(bytes_of_string(rows[i].settings))),
			rows[i].old);
	assert_true(go_old_servers(bytes_of_string("tls10server=1")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_is_mapped),
		cmocka_unit_test(test_every_cut_of_maps_ends),
		cmocka_unit_test(test_libraries_by_their_files),
		cmocka_unit_test(test_sockets_that_listen),
		cmocka_unit_test(test_the_release_of_go),
		cmocka_unit_test(test_what_a_program_of_go_was_built_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
