/*
 * exchange - what bench/floor/ask.c does, on the loop that the program has for it
 * (src/sys/exchange.h): connect, send, receive once, close.
 *
 *   exchange HELLOS ADDRESS ADDRESSES PORT PORTS CONNECTIONS AT-ONCE
 *
 * with the arguments of ask, and prints the same: connections, seconds, and how many got
 * no answer. What lies between the two rates is what the loop costs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sys/clock.h"
#include "sys/exchange.h"

#define HELLOS_MAX 256

struct asking {
	struct exchange_party party; /* first */
	struct bytes hellos[HELLOS_MAX];
	size_t hello_count;
	uint32_t address;
	unsigned long addresses, port, ports, begun, wanted, failed;
};

static enum exchange_next next(struct exchange_party *party, struct exchange *ret)
{
	struct asking *asking = (struct asking *)party;
	unsigned long n = asking->begun++;
	unsigned long target =
		n / asking->hello_count % (asking->addresses * asking->ports);
	uint32_t address = asking->address + (uint32_t)(target / asking->ports);
	const uint8_t at[] = { (uint8_t)(address >> 24), (uint8_t)(address >> 16),
		(uint8_t)(address >> 8), (uint8_t)address };

	if (n >= asking->wanted)
		return EXCHANGE_NONE;
	ret->target.address = address_of_ipv4(at);
	ret->target.port = (uint16_t)(asking->port + target % asking->ports);
	ret->send = asking->hellos[n % asking->hello_count];
	return EXCHANGE_NEXT;
}

static struct exchange_wish received(
	struct exchange_party *party, void *owner, struct bytes bytes)
{
	(void)party, (void)owner, (void)bytes;
	return (struct exchange_wish){ .enough = true };
}

static void ended(struct exchange_party *party, void *owner, enum exchange_end end)
{
	(void)owner;
	((struct asking *)party)->failed += end != EXCHANGE_ENOUGH;
}

static bool read_hellos(const char *path, struct asking *asking)
{
	static uint8_t memory[1 << 20];
	FILE *in = fopen(path, "rb");
	size_t len = in == NULL ? 0 : fread(memory, 1, sizeof memory, in);

	for (size_t at = 0; at + 2 <= len && asking->hello_count < HELLOS_MAX;) {
		size_t hello_len = (size_t)memory[at] << 8 | memory[at + 1];

		asking->hellos[asking->hello_count++] =
			bytes_over(memory + at + 2, hello_len);
		at += 2 + hello_len;
	}
	if (in != NULL)
		(void)fclose(in);
	return asking->hello_count > 0;
}

int main(int argc, char *argv[])
{
	static struct asking asking = {
		.party = { .next = next, .received = received, .ended = ended }
	};
	struct exchange_limits limits = { .connect_time = 10 * TIME_SECOND,
		.answer_time = 10 * TIME_SECOND };
	struct address address;
	struct fault why = { 0 };
	uint64_t start = clock_monotonic();

	if (argc != 8 || !read_hellos(argv[1], &asking) ||
		address_parse(argv[2], &address) != ERR_OK)
		return 2;
	for (size_t i = 12; i < 16; i++)
		asking.address = asking.address << 8 | address.bytes[i];
	asking.addresses = strtoul(argv[3], NULL, 10);
	asking.port = strtoul(argv[4], NULL, 10);
	asking.ports = strtoul(argv[5], NULL, 10);
	asking.wanted = strtoul(argv[6], NULL, 10);
	limits.concurrency = strtoul(argv[7], NULL, 10);
	if (exchange_run(&asking.party, &limits, &why) != ERR_OK) {
		fprintf(stderr, "exchange: %s\n", why.text);
		return 3;
	}
	printf("%lu %.6f %lu\n", asking.wanted,
		(double)(clock_monotonic() - start) / (double)TIME_SECOND, asking.failed);
	return 0;
}
