#include "../unit.h"

#include "audit/binary.h"
#include "elf.h"

#define MEMORY ((size_t)16 << 20)

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, MEMORY);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct binary read_elf(const struct elf_file *elf, size_t len)
{
	struct binary binary;

	assert_int_equal(binary_read(bytes_over(elf->at, len), &arena, &binary), ERR_OK);
	return binary;
}

static void assert_fact(const struct fact *fact, enum fact_kind kind, const char *name)
{
	assert_int_equal(fact->kind, kind);
	assert_true(bytes_equal(fact->name, bytes_of_string(name)));
}

static void assert_all(const struct elf_file *elf)
{
	struct binary binary = read_elf(elf, elf->len);

	assert_false(binary.cut);
	assert_int_equal(binary.count, 3);
	assert_fact(&binary.facts[0], FACT_LIBRARY, "libssl.so.1.0.0");
	assert_fact(&binary.facts[1], FACT_SYMBOL, "TLSv1_method");
	assert_fact(&binary.facts[2], FACT_DEFINED, "GNUTLS_3_6_14");
	assert_memory_equal(elf->at + binary.facts[1].at, "TLSv1_method", 12);
}

static void test_both_sizes_and_orders_are_read(void **state)
{
	struct elf_file elf;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		elf_write(&elf, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
		assert_string_equal(binary_kind(bytes_over(elf.at, elf.len)), "elf");
		assert_all(&elf);
	}
}

static void test_every_cut_is_survived_and_adds_nothing(void **state)
{
	struct elf_file elf;

	(void)state;
	elf_write(&elf, true, false, false);
	for (size_t len = 0; len < elf.len; len++)
		assert_true(read_elf(&elf, len).count <= 3);
	assert_true(read_elf(&elf, 100).cut);
}

/* The dynamic segment says that texts lie where nothing is loaded. */
static void test_an_address_that_is_nowhere_gives_nothing(void **state)
{
	struct elf_file elf;
	size_t dynamic;

	(void)state;
	elf_begin(&elf, true, false);
	dynamic = elf.len;
	elf_tag(&elf, 1, 1);
	elf_tag(&elf, 5, 0x7fffffff);
	elf_tag(&elf, 10, 0xffffffff);
	elf_end(&elf, dynamic);
	assert_int_equal(read_elf(&elf, elf.len).count, 0);
}

static void test_more_symbols_than_there_are_end_with_the_file(void **state)
{
	struct elf_file elf;
	struct binary binary;

	(void)state;
	elf_write(&elf, true, false, false);
	for (size_t at = 0; at + 8 < elf.len; at++)
		if (memcmp(elf.at + at, "\1\0\0\0\2\0\0\0\1\0\0\0", 12) == 0)
			elf_put(&elf, at + 4, 0xffffffff, 4);
	binary = read_elf(&elf, elf.len);
	assert_true(binary.cut);
	assert_true(binary.count < 100);
}

/* What Go's linker writes: the mark at a multiple of 16, texts behind it. */
static void add_go(struct elf_file *elf, const char *release, const char *module)
{
	while (elf->len % 16 != 0)
		elf_add(elf, 0, 1);
	elf_bytes(elf, "\xff Go buildinf:\x08\x02", 16);
	elf->len += 16;
	elf_add(elf, strlen(release), 1);
	elf_bytes(elf, release, strlen(release));
	elf_add(elf, strlen(module) + 32, 1);
	elf_bytes(elf, "0123456789abcdef", 16);
	elf_bytes(elf, module, strlen(module));
	elf_bytes(elf, "0123456789abcdef", 16);
}

static void assert_stated(const struct fact *fact, const char *name, const char *value)
{
	assert_fact(fact, FACT_STATED, name);
	assert_true(bytes_equal(fact->value, bytes_of_string(value)));
}

static void test_go_states_its_release_and_settings(void **state)
{
	struct elf_file elf;
	struct binary binary;

	(void)state;
	elf_begin(&elf, true, false);
	add_go(&elf, "go1.21.4",
		"path\ta/b\nbuild\tDefaultGODEBUG=tls10server=1\nbuild\tCGO=0\n");
	binary = read_elf(&elf, elf.len);
	assert_int_equal(binary.count, 2);
	assert_stated(&binary.facts[0], "go", "1.21.4");
	assert_stated(&binary.facts[1], "go.DefaultGODEBUG", "tls10server=1");
	for (size_t len = 0; len < elf.len; len++)
		(void)read_elf(&elf, len);
}

/* Before 1.18: pointers to a pointer and a length. */
static void test_go_of_old_is_read_by_its_pointers(void **state)
{
	struct elf_file elf;
	struct binary binary;
	size_t text, header;

	(void)state;
	elf_begin(&elf, true, true);
	text = elf.len;
	elf_bytes(&elf, "go1.13.4", 8);
	header = elf.len;
	elf_natural(&elf, ELF_BASE + text);
	elf_natural(&elf, 8);
	while (elf.len % 16 != 0)
		elf_add(&elf, 0, 1);
	elf_bytes(&elf, "\xff Go buildinf:\x08\x01", 16);
	elf_natural(&elf, ELF_BASE + header);
	elf_natural(&elf, 0x99999999);
	elf_end(&elf, elf.len);
	binary = read_elf(&elf, elf.len);
	assert_int_equal(binary.count, 1);
	assert_stated(&binary.facts[0], "go", "1.13.4");
}

/* A program that looks for the mark holds it as a text. */
static void test_the_mark_alone_states_nothing(void **state)
{
	static const char text[] = "\xff Go buildinf:\x08\x02 and more text of it";
	struct elf_file elf;

	(void)state;
	elf_begin(&elf, true, false);
	elf_add(&elf, 0, 1);
	elf_bytes(&elf, text, sizeof text);
	assert_int_equal(read_elf(&elf, elf.len).count, 0);
}

static void test_other_bytes_are_of_no_kind(void **state)
{
	(void)state;
	assert_null(binary_kind(bytes_of_string("\177EL")));
	assert_null(binary_kind(bytes_of_string("GIF89a")));
	assert_null(binary_kind((struct bytes){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_sizes_and_orders_are_read),
		cmocka_unit_test(test_every_cut_is_survived_and_adds_nothing),
		cmocka_unit_test(test_an_address_that_is_nowhere_gives_nothing),
		cmocka_unit_test(test_more_symbols_than_there_are_end_with_the_file),
		cmocka_unit_test(test_go_states_its_release_and_settings),
		cmocka_unit_test(test_go_of_old_is_read_by_its_pointers),
		cmocka_unit_test(test_the_mark_alone_states_nothing),
		cmocka_unit_test(test_other_bytes_are_of_no_kind),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
