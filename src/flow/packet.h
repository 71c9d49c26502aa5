/*
 * packet - a frame as captured, and the TCP segment or UDP datagram inside it.
 *
 * Both are borrowed: from the capture, or from the memory of the fragments they
 * were joined from, until the next frame is asked for or decapsulated.
 */
#ifndef FLOW_PACKET_H
#define FLOW_PACKET_H

#include <stdbool.h>

#include "base/address.h"
#include "base/bytes.h"
#include "base/time.h"

struct frame {
	time_ns at;
	uint32_t link_type; /* LINKTYPE_ of tcpdump.org, as in pcap files */
	uint32_t wire_len;  /* what it was on the wire; bytes.len may be less */
	struct bytes bytes;
};

enum ip_protocol {
	IP_PROTOCOL_TCP = 6,
	IP_PROTOCOL_UDP = 17,
};

enum tcp_flag { /* RFC 9293, 3.1 */
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
};

struct packet {
	time_ns at;
	struct address source;
	struct address destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t protocol;     /* enum ip_protocol */
	uint8_t flags;        /* TCP: enum tcp_flag, or-ed */
	uint32_t sequence;    /* TCP */
	uint32_t acknowledged;/* TCP */
	uint32_t wire_len;    /* of the payload by its headers; payload.len is less
	                       * if the capture cut it */
	struct bytes payload;
};

#endif
