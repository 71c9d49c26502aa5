#include "flow/walk.h"

enum gre_flag { /* RFC 2784, 2.1; RFC 2890, 2; RFC 2637, 4.1 */
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACKNOWLEDGED = 0x0080,
	GRE_VERSION = 0x0007,
};

#define ETHERTYPE_ERSPAN     0x88be /* draft-foschiano-erspan: versions I and II */
#define ETHERTYPE_ERSPAN_III 0x22eb

/* draft-foschiano-erspan, 4.2. */
static enum err layer_erspan(struct walk *walk)
{
	(void)reader_take(&walk->r, 8);
	walk->next = layer_ethernet;
	return ERR_OK;
}

/* draft-foschiano-erspan, 4.3: twelve bytes, eight more if the last bit says so; the
 * frame's type is 0 for Ethernet and 2 for IP. */
static enum err layer_erspan_iii(struct walk *walk)
{
	uint16_t flags;

	(void)reader_take(&walk->r, 10);
	flags = reader_u16(&walk->r);
	if (flags & 1)
		(void)reader_take(&walk->r, 8);
	walk->next = (flags >> 10 & 0x1f) == 2 ? layer_ip : layer_ethernet;
	return ERR_OK;
}

/* Version I has no header of its own, and GRE no sequence number before it. */
static enum err next_of_gre(struct walk *walk, unsigned flags, uint16_t ethertype)
{
	walk->ethertype = ethertype;
	walk->next = layer_ethertype;
	if (ethertype == ETHERTYPE_ERSPAN)
		walk->next = flags & GRE_SEQUENCE ? layer_erspan : layer_ethernet;
	else if (ethertype == ETHERTYPE_ERSPAN_III)
		walk->next = layer_erspan_iii;
	return ERR_OK;
}

/* RFC 2784 and 2890; version 1 is PPTP's (RFC 2637), whose key is always there and
 * whose packets without a sequence number carry nothing. */
enum err layer_gre(struct walk *walk)
{
	unsigned flags = reader_u16(&walk->r);
	uint16_t ethertype = reader_u16(&walk->r);
	bool pptp = (flags & GRE_VERSION) == 1;

	walk->tunnelled = true;
	if (reader_fault(&walk->r) != ERR_OK)
		return ERR_SHORT;
	if ((flags & GRE_VERSION) > 1 || flags & GRE_ROUTING ||
		(pptp && !(flags & GRE_SEQUENCE)))
		return ERR_AGAIN;
	if (flags & GRE_CHECKSUM)
		(void)reader_u32(&walk->r);
	if (flags & GRE_KEY)
		(void)reader_u32(&walk->r);
	if (flags & GRE_SEQUENCE)
		(void)reader_u32(&walk->r);
	if (pptp && flags & GRE_ACKNOWLEDGED)
		(void)reader_u32(&walk->r);
	return next_of_gre(walk, flags, ethertype);
}

/* RFC 7348, 5; with a group policy, other flags stand beside the one that must. */
static enum err layer_vxlan(struct walk *walk)
{
	uint8_t flags = reader_u8(&walk->r);

	(void)reader_take(&walk->r, 7); /* reserved or policy, network */
	if ((flags & 0x08) == 0)
		return ERR_VALUE;
	walk->next = layer_ethernet;
	return ERR_OK;
}

/* draft-ietf-nvo3-vxlan-gpe, 3. */
static enum err layer_vxlan_gpe(struct walk *walk)
{
	uint8_t flags = reader_u8(&walk->r);
	uint8_t protocol;

	(void)reader_u16(&walk->r);
	protocol = reader_u8(&walk->r);
	(void)reader_u32(&walk->r);
	if ((flags & 0x08) == 0) /* the flag of a next protocol is left out by some */
		return ERR_VALUE;
	if (protocol == 1 || protocol == 2)
		walk->next = layer_ip;
	else if (protocol == 3)
		walk->next = layer_ethernet;
	return walk->next != NULL ? ERR_OK : ERR_AGAIN;
}

/* RFC 8926, 3.4. */
static enum err layer_geneve(struct walk *walk)
{
	uint8_t first = reader_u8(&walk->r);

	(void)reader_u8(&walk->r); /* flags */
	walk->ethertype = reader_u16(&walk->r);
	(void)reader_u32(&walk->r);                              /* network */
	(void)reader_take(&walk->r, 4 * (size_t)(first & 0x3f)); /* options */
	if (first >> 6 != 0)
		return ERR_VALUE;
	walk->next = layer_ethertype;
	return ERR_OK;
}

/* RFC 4380, 5.1.1: an authentication, an address of origin, both or neither. */
static enum err layer_teredo(struct walk *walk)
{
	struct reader peek = walk->r;

	if (reader_u16(&peek) == 0x0001) {
		size_t id_len = reader_u8(&peek);
		size_t value_len = reader_u8(&peek);

		(void)reader_take(&peek, id_len + value_len + 9); /* nonce, answer */
		walk->r = peek;
	}
	peek = walk->r;
	if (reader_u16(&peek) == 0x0000) {
		(void)reader_take(&peek, 6); /* port, address */
		walk->r = peek;
	}
	walk->next = layer_ipv6;
	return ERR_OK;
}

#define GTP_T_PDU 255

static enum err gtp_extensions(struct walk *walk)
{
	uint8_t type;

	(void)reader_take(&walk->r, 3); /* sequence number, N-PDU number */
	type = reader_u8(&walk->r);
	for (unsigned i = 0; type != 0; i++) {
		size_t len = reader_u8(&walk->r);

		if (len == 0 || i == 16) /* no packet of a network has so many */
			return ERR_VALUE;
		(void)reader_take(&walk->r, 4 * len - 2);
		type = reader_u8(&walk->r);
	}
	return ERR_OK;
}

/* 3GPP TS 29.281, 5.1. */
static enum err layer_gtp(struct walk *walk)
{
	uint8_t flags = reader_u8(&walk->r);
	uint8_t type = reader_u8(&walk->r);
	size_t len = reader_u16(&walk->r);

	(void)reader_u32(&walk->r);               /* tunnel */
	if (flags >> 4 != 3 || type != GTP_T_PDU) /* version 1, not GTP prime */
		return ERR_AGAIN;
	walk_cut(walk, len);
	walk->next = layer_ip;
	return flags & 0x07 ? gtp_extensions(walk) : ERR_OK;
}

/* The tunnels in UDP by port. A port may be anybody's, so what is found must be well
 * formed to count. To add one: a line here and a function above. */
static const struct tunnel {
	uint16_t port;
	enum err (*layer)(struct walk *walk);
} tunnels[] = {
	{ 2152, layer_gtp }, { 3544, layer_teredo }, { 4789, layer_vxlan },
	{ 4790, layer_vxlan_gpe }, { 6081, layer_geneve },
	{ 8472, layer_vxlan }, /* Linux's, from before IANA gave one */
};

enum err (*tunnel_of_ports(uint16_t source, uint16_t destination))(struct walk *walk)
{
	for (size_t i = 0; i < COUNT_OF(tunnels); i++)
		if (tunnels[i].port == destination || tunnels[i].port == source)
			return tunnels[i].layer;
	return NULL;
}
