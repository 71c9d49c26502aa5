#include "../unit.h"

#include <string.h>

#include "audit/images.h"
#include "base/attr.h"

static struct images images;

static void read(const char *text)
{
	images = (struct images){ .count = 0 };
	images_add(&images, bytes_of_string(text));
}

static bool is_before(const char *release)
{
	return images_are_before(
		&images, bytes_of_string("nginx"), bytes_of_string(release));
}

static void test_reads_what_container_files_write(void **state)
{
	static const char *const texts[] = {
		"FROM nginx:1.25\n",
		"from --platform=linux/arm64 docker.io/library/nginx:1.25-alpine AS a\r\n",
		"  FROM registry:5000/a/nginx:1.25.4@sha256:aa",
		"services:\n  web:\n    image: nginx:1.25 # old\n",
		"      - image: \"nginxinc/nginx-unprivileged:1.25.3\"\n",
		"{ \"a\": 1,\n \"image\": \"nginx:1.25\",\n}",
		"image:\n  repository: nginx\n  pullPolicy: Always\n  tag: '1.25'\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		read(texts[i]);
		assert_true(is_before("1.27.3"));
		assert_false(is_before("1.25"));
	}
}

static void test_tells_nothing_of_what_has_no_release(void **state)
{
	static const char *const texts[] = { "", "FROM nginx", "FROM nginx:latest",
		"FROM nginx:stable-alpine", "FROM nginx@sha256:1234", "FROM nginx:${TAG}",
		"FROM mynginx:1.25", "FROM nginx-exporter:1.0", "# FROM nginx:1.25",
		"RUN echo FROM nginx:1.25", "images: nginx:1.25", "image: {{ .image }}",
		"FROMnginx:1.25", "image:", "FROM ", "FROM --x", "tag: 1.25" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		read(texts[i]);
		assert_false(is_before("1.27.3"));
	}
}

/* What a tag leaves open is the newest there is of it. */
static void test_a_shorter_tag_is_the_newest_of_its_kind(void **state)
{
	(void)state;
	read("FROM nginx:1.27");
	assert_false(is_before("1.27.3"));
	read("FROM nginx:1");
	assert_false(is_before("1.27.3"));
	read("FROM nginx:1.27.2");
	assert_true(is_before("1.27.3"));
	read("FROM nginx:1.9.15");
	assert_true(is_before("1.27.3"));
}

static void test_all_images_of_a_product_must_agree(void **state)
{
	(void)state;
	read("FROM nginx:1.25\nFROM debian:12\nFROM nginx:1.20");
	assert_true(is_before("1.27.3"));
	read("FROM nginx:1.25\nFROM nginx:1.28");
	assert_false(is_before("1.27.3"));
	read("FROM nginx:1.25\nFROM nginx");
	assert_false(is_before("1.27.3"));
}

static void test_more_images_than_are_looked_at_agree_on_nothing(void **state)
{
	(void)state;
	read("FROM nginx:1.25\n");
	for (size_t i = 1; i < IMAGES_MAX; i++)
		images_add(&images, bytes_of_string("FROM nginx:1.25\n"));
	assert_true(is_before("1.27.3"));
	images_add(&images, bytes_of_string("FROM nginx:1.25\n"));
	assert_false(is_before("1.27.3"));
}

/* Every beginning of a text is read without leaving it. */
static void test_any_cut_is_read(void **state)
{
	static const char text[] = "FROM --platform=x a/nginx:1.25 AS b\n- \"image\": "
				   "\"nginx:1.2\"\nrepository: nginx\ntag: \"1.1\"\n";
	char part[sizeof text];

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		memcpy(part, text, len);
		images = (struct images){ .count = 0 };
		images_add(&images, bytes_over(part, len));
		assert_true(images.count <= 3);
	}
}

static void test_knows_files_that_tell_of_images(void **state)
{
	(void)state;
	assert_true(images_stand_in(bytes_of_string("Dockerfile")));
	assert_true(images_stand_in(bytes_of_string("web.dockerfile")));
	assert_true(images_stand_in(bytes_of_string("compose.yaml")));
	assert_true(images_stand_in(bytes_of_string("docker-compose.yml")));
	assert_false(images_stand_in(bytes_of_string("nginx.conf")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_shorter_tag_is_the_newest_of_its_kind),
		cmocka_unit_test(test_all_images_of_a_product_must_agree),
		cmocka_unit_test(test_any_cut_is_read),
		cmocka_unit_test(test_knows_files_that_tell_of_images),
		cmocka_unit_test(test_more_images_than_are_looked_at_agree_on_nothing),
		cmocka_unit_test(test_reads_what_container_files_write),
		cmocka_unit_test(test_tells_nothing_of_what_has_no_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
