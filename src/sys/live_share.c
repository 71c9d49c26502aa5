/*
 * Whose a frame is, of several workers on one interface: a program in the kernel's
 * language for filters (PACKET_FANOUT_CBPF), the same for all of them.
 *
 * The kernel's own hash (PACKET_FANOUT_HASH) will not do: of a tagged frame on its way
 * out it looks for the tag where the IP header begins, and hashes what changes from one
 * packet to the next. Seen with Linux 6.18: 6,522 handshakes where there were 5,935.
 *
 * Both directions, whatever is tagged: the sum of the two addresses, and for TCP of the
 * two ports. For all else the addresses alone: fragments have no ports, and the ends
 * of a VXLAN or GENEVE tunnel choose theirs each for itself. What is in a tunnel so goes
 * by the addresses of the tunnel. Fragments of IPv4 are joined by the kernel before.
 */
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "sys/live.h"

/* X is how far the IP header lies from where it is in an untagged frame of Ethernet. On
 * other links there is no such frame, and X leads to the network header. Beside the
 * instructions stand their numbers, from which jumps are counted. */
#define TYPE    (SKF_LL_OFF + 12)
#define IP      (SKF_LL_OFF + 14)
#define TO_NET  (SKF_NET_OFF - IP)
#define PPP_LEN 8

enum { SUM, AT, PORT }; /* cells of memory */

/* An odd number with bits all over: the low bit of a sum alone would tell two workers
 * apart, and the ports of one host are often all even. */
#define SPREAD 0x9e3779b1

#define TCP 6

#define LOAD(width, offset) BPF_STMT(BPF_LD | (width) | BPF_IND, (uint32_t)(offset))
#define IF(value, yes, no)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
#define JUMP(over)          BPF_STMT(BPF_JMP | BPF_JA, over)
#define STORE(cell)         BPF_STMT(BPF_ST, cell)
#define RECALL_X(cell)      BPF_STMT(BPF_LDX | BPF_MEM, cell)
#define ADD_X               BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0)
#define TO_X                BPF_STMT(BPF_MISC | BPF_TAX, 0)

/* Three: moves X on. */
#define STEP_X(n)                                                                        \
	BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, n), TO_X

/* Six: steps over a tag of 802.1Q or 802.1ad, if there is one. */
#define SKIP_TAG LOAD(BPF_H, TYPE), IF(0x8100, 1, 0), IF(0x88a8, 0, 3), STEP_X(4)

/* Five: adds a word of the IP header to the sum. */
#define SUM_WORD(offset)                                                                 \
	LOAD(BPF_W, IP + (offset)), RECALL_X(SUM), ADD_X, STORE(SUM), RECALL_X(AT)

static const struct sock_filter owner[] = {
	BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_HATYPE)), /* 0 */
	IF(ARPHRD_ETHER, 3, 0),                        /* 1: to 5 */
	IF(ARPHRD_LOOPBACK, 2, 0),                     /* 2: to 5 */
	BPF_STMT(BPF_LDX | BPF_IMM, (uint32_t)TO_NET), /* 3 */
	JUMP(24),                                      /* 4: to 29 */
	BPF_STMT(BPF_LDX | BPF_IMM, 0),                /* 5: Ethernet */
	SKIP_TAG,                                      /* 6 */
	SKIP_TAG,                                      /* 12 */
	SKIP_TAG,                                      /* 18 */
	LOAD(BPF_H, TYPE),                             /* 24 */
	IF(0x8864, 0, 3),                              /* 25: PPPoE, RFC 2516, 4 */
	STEP_X(PPP_LEN),                               /* 26 */
	BPF_STMT(BPF_STX, AT),                         /* 29: any link */
	BPF_STMT(BPF_LD | BPF_IMM, 0),                 /* 30 */
	STORE(SUM),                                    /* 31 */
	LOAD(BPF_B, IP),                               /* 32 */
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),        /* 33 */
	IF(4, 2, 0),                                   /* 34: to 37 */
	IF(6, 19, 0),                                  /* 35: to 55 */
	BPF_STMT(BPF_RET | BPF_K, 0), /* 36: what is not IP is the first one's */
	SUM_WORD(12),                 /* 37: RFC 791, 3.1 */
	SUM_WORD(16),                 /* 42 */
	LOAD(BPF_B, IP + 9),          /* 47 */
	IF(TCP, 0, 59),               /* 48: else to 108 */
	LOAD(BPF_B, IP),              /* 49 */
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 15),     /* 50 */
	BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2),      /* 51 */
	ADD_X,                                       /* 52 */
	TO_X,                                        /* 53 */
	JUMP(45),                                    /* 54: to 100 */
	SUM_WORD(8),                                 /* 55: RFC 8200, 3 */
	SUM_WORD(12),                                /* 60 */
	SUM_WORD(16),                                /* 65 */
	SUM_WORD(20),                                /* 70 */
	SUM_WORD(24),                                /* 75 */
	SUM_WORD(28),                                /* 80 */
	SUM_WORD(32),                                /* 85 */
	SUM_WORD(36),                                /* 90 */
	LOAD(BPF_B, IP + 6),                         /* 95 */
	IF(TCP, 0, 11),                              /* 96: else to 108 */
	STEP_X(40),                                  /* 97 */
	LOAD(BPF_H, IP),                             /* 100: RFC 9293, 3.1 */
	STORE(PORT),                                 /* 101 */
	LOAD(BPF_H, IP + 2),                         /* 102 */
	RECALL_X(PORT),                              /* 103 */
	ADD_X,                                       /* 104 */
	RECALL_X(SUM),                               /* 105 */
	ADD_X,                                       /* 106 */
	STORE(SUM),                                  /* 107 */
	BPF_STMT(BPF_LD | BPF_MEM, SUM),             /* 108 */
	BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, SPREAD), /* 109 */
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),     /* 110 */
	BPF_STMT(BPF_RET | BPF_A, 0),                /* 111 */
};

_Static_assert(COUNT_OF(owner) == 112, "jumps are counted by these numbers");

/* The program is the group's, so whoever joins sets it again. */
bool live_share(const struct live *live, unsigned group)
{
	unsigned kind = PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_DEFRAG;
	int value = (int)((group & 0xffff) | kind << 16);
	struct sock_filter copy[COUNT_OF(owner)]; /* the kernel's type is not const */
	struct sock_fprog program = { .len = COUNT_OF(owner), .filter = copy };

	memcpy(copy, owner, sizeof owner);
	return setsockopt(live->socket, SOL_PACKET, PACKET_FANOUT, &value,
		       sizeof value) == 0 &&
	       setsockopt(live->socket, SOL_PACKET, PACKET_FANOUT_DATA, &program,
		       sizeof program) == 0;
}
