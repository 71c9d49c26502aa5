#include "flow/decapsulation.h"
#include "flow/walk.h"

#define ETHERTYPE_MIN 0x0600 /* below, it is a length: IEEE 802.3, 3.2.6 */

static enum err next_ethertype(struct walk *walk, uint16_t ethertype)
{
	walk->ethertype = ethertype;
	walk->next = layer_ethertype;
	return ERR_OK;
}

enum err layer_ethernet(struct walk *walk)
{
	(void)reader_take(&walk->r, 12); /* addresses */
	return next_ethertype(walk, reader_u16(&walk->r));
}

/* IEEE 802.1Q, 9.6: tag control information, and the type it was put before. */
static enum err layer_vlan(struct walk *walk)
{
	(void)reader_u16(&walk->r);
	return next_ethertype(walk, reader_u16(&walk->r));
}

/* IEEE 802.1ah: flags and service, then a whole frame of the customer's. */
static enum err layer_backbone(struct walk *walk)
{
	(void)reader_u32(&walk->r);
	walk->next = layer_ethernet;
	return ERR_OK;
}

/* Cisco metadata with a security group tag: version, length in fours, and options of
 * that length (draft-smith-kandula-sxp describes the tag). */
static enum err layer_cisco_metadata(struct walk *walk)
{
	size_t len;

	(void)reader_u8(&walk->r);
	len = reader_u8(&walk->r);
	(void)reader_take(&walk->r, 4 * len);
	return next_ethertype(walk, reader_u16(&walk->r));
}

/* IEEE 802.2, with SNAP (RFC 1042) or IP directly, or a network layer's own id. */
static enum err layer_llc(struct walk *walk)
{
	uint32_t sap_and_control = reader_u24(&walk->r);
	uint32_t organisation;

	if (sap_and_control == 0x060603) {
		walk->next = layer_ip;
		return ERR_OK;
	}
	if (sap_and_control == 0xfefe03 && reader_u8(&walk->r) == 0xcc) {
		walk->next = layer_ip; /* RFC 2684, B: NLPID of IP */
		return ERR_OK;
	}
	if (sap_and_control != 0xaaaa03)
		return ERR_AGAIN;
	organisation = reader_u24(&walk->r);
	if (organisation != 0 && organisation != 0x0000f8) /* RFC 1042; 802.1H */
		return ERR_AGAIN;
	return next_ethertype(walk, reader_u16(&walk->r));
}

/* RFC 1661, 2 and RFC 1662, 3.1: address and control may be left out, and so may the
 * protocol's high byte, for a low byte is odd. */
static enum err layer_ppp(struct walk *walk)
{
	struct reader peek = walk->r;
	uint16_t protocol;

	if (reader_u16(&peek) == 0xff03)
		walk->r = peek;
	protocol = reader_u8(&walk->r);
	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | reader_u8(&walk->r));
	switch (protocol) {
	case 0x0021:
		walk->next = layer_ipv4;
		return ERR_OK;
	case 0x0057:
		walk->next = layer_ipv6;
		return ERR_OK;
	case 0x0281:
	case 0x0283:
		walk->next = layer_mpls;
		return ERR_OK;
	default:
		return ERR_AGAIN;
	}
}

/* RFC 2516, 4. Its length cuts off what Ethernet padded. */
static enum err layer_pppoe(struct walk *walk)
{
	uint16_t version_and_code = reader_u16(&walk->r);

	(void)reader_u16(&walk->r); /* session */
	walk_cut(walk, reader_u16(&walk->r));
	if (version_and_code != 0x1100)
		return ERR_AGAIN;
	walk->next = layer_ppp;
	return ERR_OK;
}

/* What may follow a type field; anything else is not ours. To add one: a line here
 * and a function. By IANA's "IEEE 802 numbers". */
static const struct ether_layer {
	uint16_t ethertype;
	enum err (*layer)(struct walk *walk);
} ether_layers[] = {
	{ 0x0800, layer_ipv4 },
	{ 0x6558, layer_ethernet }, /* transparent bridging */
	{ 0x8100, layer_vlan },
	{ 0x86dd, layer_ipv6 },
	{ 0x880b, layer_ppp },
	{ 0x8847, layer_mpls },
	{ 0x8848, layer_mpls },
	{ 0x8864, layer_pppoe },
	{ 0x88a8, layer_vlan },
	{ 0x88e7, layer_backbone },
	{ 0x8909, layer_cisco_metadata },
	{ 0x9100, layer_vlan },
	{ 0x9200, layer_vlan },
};

static const struct ether_layer *ether_layer_find(uint16_t ethertype)
{
	for (size_t i = 0; i < COUNT_OF(ether_layers); i++)
		if (ether_layers[i].ethertype == ethertype)
			return &ether_layers[i];
	return NULL;
}

enum err layer_ethertype(struct walk *walk)
{
	const struct ether_layer *known = ether_layer_find(walk->ethertype);

	if (walk->ethertype < ETHERTYPE_MIN)
		return layer_llc(walk);
	return known == NULL ? ERR_AGAIN : known->layer(walk);
}

/* True if a frame whose type we know stands behind the next `skip` bytes. */
static bool frame_follows(struct reader peek, size_t skip)
{
	(void)reader_take(&peek, skip + 12);
	return ether_layer_find(reader_u16(&peek)) != NULL;
}

/* RFC 3032, 2.1. Nothing says what is below the bottom of the stack but its first
 * four bits: IP's version, or a channel that is not traffic (RFC 4385, 5), or else a
 * frame, with or without a control word (RFC 4385, 3), which begins as the address
 * of a network card may. */
enum err layer_mpls(struct walk *walk)
{
	uint32_t label = reader_u32(&walk->r);
	struct reader peek = walk->r;
	uint8_t first = reader_u8(&peek) >> 4;

	if (reader_fault(&walk->r) == ERR_OK && (label & 0x100) == 0) {
		walk->next = layer_mpls;
		return ERR_OK;
	}
	if (first == 1)
		return ERR_AGAIN;
	if (first == 0 && frame_follows(walk->r, 4))
		(void)reader_u32(&walk->r);
	walk->next = first == 4 || first == 6 ? layer_ip : layer_ethernet;
	return ERR_OK;
}

/* The family is a number of the capturing system, in its own byte order for
 * LINKTYPE_NULL and big-endian for LINKTYPE_LOOP. Its five numbers for IPv6 are
 * Windows', NetBSD's, FreeBSD's, Darwin's and Linux's. */
static enum err layer_loopback(struct walk *walk)
{
	uint32_t family = reader_u32(&walk->r);

	if (family > UINT16_MAX)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
		walk->next = layer_ipv4;
		return ERR_OK;
	case 10:
	case 23:
	case 24:
	case 28:
	case 30:
		walk->next = layer_ipv6;
		return ERR_OK;
	default:
		return ERR_AGAIN;
	}
}

/* Frame Relay's cousin: address, control, type. RFC 1547, 4.3.1. */
static enum err layer_cisco_hdlc(struct walk *walk)
{
	(void)reader_u16(&walk->r);
	return next_ethertype(walk, reader_u16(&walk->r));
}

/* Linux writes 1 for an 802.3 frame and 4 for 802.2 in place of a type; the first
 * is Novell's, which is never IP. */
static enum err next_cooked(struct walk *walk, uint16_t hardware, uint16_t protocol)
{
	if (hardware == 824) /* ARPHRD_NETLINK: the protocol is netlink's */
		return ERR_AGAIN;
	return next_ethertype(walk, protocol);
}

static enum err layer_cooked(struct walk *walk)
{
	uint16_t hardware;

	(void)reader_u16(&walk->r); /* packet type */
	hardware = reader_u16(&walk->r);
	(void)reader_take(&walk->r, 10); /* address length and address */
	return next_cooked(walk, hardware, reader_u16(&walk->r));
}

static enum err layer_cooked_v2(struct walk *walk)
{
	uint16_t protocol = reader_u16(&walk->r);
	uint16_t hardware;

	(void)reader_take(&walk->r, 6); /* reserved, interface */
	hardware = reader_u16(&walk->r);
	(void)reader_take(&walk->r, 10); /* packet type, address length and address */
	return next_cooked(walk, hardware, protocol);
}

#define NFLOG_PAYLOAD 9

/* Values, each with its length and type in front in the order of the capturing
 * machine, which was little-endian; one of them is the IP packet. */
static enum err layer_nflog(struct walk *walk)
{
	(void)reader_u32(&walk->r); /* family, version, resource */
	while (reader_more(&walk->r)) {
		size_t len = reader_le16(&walk->r);
		uint16_t type = reader_le16(&walk->r);

		if (len < 4)
			return ERR_VALUE;
		if (type == NFLOG_PAYLOAD) {
			walk_cut(walk, len - 4);
			walk->next = layer_ip;
			return ERR_OK;
		}
		(void)reader_take(&walk->r, (len - 4 + 3) / 4 * 4);
	}
	return ERR_AGAIN;
}

/* The link types by the numbers of tcpdump.org, and the numbers that some systems
 * wrote for their own DLT_RAW. To add one: a line here and a function above. */
static const struct link_type {
	uint32_t number;
	const char *name;
	enum err (*layer)(struct walk *walk);
} link_types[] = {
	{ 0, "BSD loopback", layer_loopback },
	{ 1, "Ethernet", layer_ethernet },
	{ 9, "PPP", layer_ppp },
	{ 12, "raw IP", layer_ip },
	{ 14, "raw IP", layer_ip },
	{ 50, "PPP in HDLC framing", layer_ppp },
	{ 51, "PPPoE", layer_pppoe },
	{ 101, "raw IP", layer_ip },
	{ 104, "Cisco HDLC", layer_cisco_hdlc },
	{ 108, "OpenBSD loopback", layer_loopback },
	{ 113, "Linux cooked", layer_cooked },
	{ 228, "raw IPv4", layer_ipv4 },
	{ 229, "raw IPv6", layer_ipv6 },
	{ 239, "Linux NFLOG", layer_nflog },
	{ 276, "Linux cooked v2", layer_cooked_v2 },
};

static const struct link_type *link_type_find(uint32_t number)
{
	for (size_t i = 0; i < COUNT_OF(link_types); i++)
		if (link_types[i].number == number)
			return &link_types[i];
	return NULL;
}

enum err (*link_type_layer(uint32_t number))(struct walk *walk)
{
	const struct link_type *found = link_type_find(number);

	return found == NULL ? NULL : found->layer;
}

const char *link_type_name(uint32_t link_type)
{
	const struct link_type *found = link_type_find(link_type);

	return found == NULL ? NULL : found->name;
}

/* For a sentence only. To add one: a line here. By number. */
static const struct foreign_link_type {
	uint32_t number;
	const char *name;
} foreign_link_types[] = {
	{ 6, "IEEE 802.5 Token Ring" },
	{ 7, "ARCNET" },
	{ 10, "FDDI" },
	{ 105, "IEEE 802.11" },
	{ 107, "Frame Relay" },
	{ 117, "OpenBSD pflog" },
	{ 119, "IEEE 802.11 with Prism" },
	{ 127, "IEEE 802.11 with radiotap" },
	{ 138, "IP over IEEE 1394" },
	{ 143, "DOCSIS" },
	{ 163, "IEEE 802.11 with AVS" },
	{ 187, "Bluetooth HCI" },
	{ 189, "Linux USB" },
	{ 192, "PPI" },
	{ 195, "IEEE 802.15.4" },
	{ 201, "Bluetooth HCI with direction" },
	{ 220, "Linux USB, padded" },
	{ 224, "Fibre Channel" },
	{ 227, "CAN" },
	{ 247, "InfiniBand" },
	{ 249, "USBPcap" },
	{ 252, "Wireshark upper PDU" },
	{ 253, "Linux netlink" },
	{ 254, "Bluetooth Linux monitor" },
	{ 272, "Bluetooth Low Energy" },
};

const char *link_type_foreign_name(uint32_t link_type)
{
	if (link_type >= 147 && link_type <= 162)
		return "for private use";
	for (size_t i = 0; i < COUNT_OF(foreign_link_types); i++)
		if (foreign_link_types[i].number == link_type)
			return foreign_link_types[i].name;
	return NULL;
}
