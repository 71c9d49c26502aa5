/*
 * endpoints - a server as a scan might find it, for the tests of what is made of it.
 *
 * erp.example.net:443 takes TLS 1.0 and 1.2, refuses the rest, and shows one RSA key.
 */
#ifndef TESTS_UNIT_ENDPOINTS_H
#define TESTS_UNIT_ENDPOINTS_H

#include "base/attr.h"
#include "evidence/endpoint.h"

#define ERP_AT (UINT64_C(1795341600123456) * 1000) /* 2026-11-22T10:00:00.123456Z */

static const uint32_t erp_old_suites[] = { 0xc014, 0xc013, 0x0035, 0x002f, 0x000a };
static const uint32_t erp_suites[] = { 0xc030, 0xc02f, 0x009d, 0x002f };
static const uint32_t erp_groups[] = { 0x001d, 0x0017 };
static const uint32_t erp_schemes[] = { 0x0804, 0x0401 };
static const struct bytes erp_alpn[] = { { (const uint8_t *)"h2", 2 },
	{ (const uint8_t *)"http/1.1", 8 } };

static const struct certificate erp_certificate = {
	.digest = { 0xab, 0xcd },
	.subject = "CN=erp.example.net",
	.issuer = "CN=Example CA",
	.names = "erp.example.net",
	.key_type = "RSA",
	.key_bits = 2048,
	.signature = "sha256WithRSAEncryption",
	.not_before = ERP_AT - 300 * TIME_DAY,
	.not_after = ERP_AT + 41 * TIME_DAY + TIME_HOUR,
};

#define ERP_LIST(list)                                                                   \
	{                                                                                \
		(list), COUNT_OF(list), true                                             \
	}

static inline struct endpoint erp_endpoint(void)
{
	struct endpoint e = {
		.at = ERP_AT,
		.host = bytes_of_string("erp.example.net"),
		.server_name = bytes_of_string("erp.example.net"),
		.address = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 2 }),
		.port = 443,
		.status = ENDPOINT_ACCEPTED,
		.alpn = erp_alpn,
		.alpn_count = COUNT_OF(erp_alpn),
		.certificate_count = 1,
		.connections = 21,
		.took = 250 * (TIME_SECOND / 1000),
	};

	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		e.versions[rank] = (struct endpoint_version){
			.version = version_of_rank((enum version_rank)rank, false),
			.status = ENDPOINT_REFUSED,
			.alert = 70,
		};
	e.versions[RANK_TLS10].status = ENDPOINT_ACCEPTED;
	e.versions[RANK_TLS10].alert = -1;
	e.versions[RANK_TLS10].suites = (struct endpoint_codes)ERP_LIST(erp_old_suites);
	e.versions[RANK_TLS10].order = ORDER_CLIENT;
	e.versions[RANK_TLS10].completes = TRAIT_YES;
	e.versions[RANK_TLS12].status = ENDPOINT_ACCEPTED;
	e.versions[RANK_TLS12].alert = -1;
	e.versions[RANK_TLS12].suites = (struct endpoint_codes)ERP_LIST(erp_suites);
	e.versions[RANK_TLS12].groups = (struct endpoint_codes)ERP_LIST(erp_groups);
	e.versions[RANK_TLS12].schemes = (struct endpoint_codes)ERP_LIST(erp_schemes);
	e.versions[RANK_TLS12].order = ORDER_SERVER;
	e.certificates[0] = (struct endpoint_certificate){
		.chain = { &erp_certificate },
		.chain_len = 1,
		.version = VERSION_TLS12,
		.named = true,
		.trust = TRUST_OK,
		.name_matches = TRAIT_YES,
	};
	e.traits.secure_renegotiation = TRAIT_YES;
	e.traits.compression = TRAIT_NO;
	return e;
}

static const uint32_t erp_suites13[] = { 0x1301, 0x1302 };
static const uint32_t erp_quic_versions[] = { 0x00000001, 0xff00001d };
static const struct bytes erp_quic_alpn[] = { { (const uint8_t *)"h3", 2 } };

/* The same place over UDP: TLS 1.3 in QUIC; DTLS is not answered. */
static inline struct endpoint erp_quic(void)
{
	struct endpoint e = {
		.at = ERP_AT,
		.host = bytes_of_string("erp.example.net"),
		.server_name = bytes_of_string("erp.example.net"),
		.address = address_of_ipv4((const uint8_t[]){ 10, 0, 4, 2 }),
		.port = 443,
		.transport = TRANSPORT_UDP,
		.quic = true,
		.status = ENDPOINT_ACCEPTED,
		.udp = { ENDPOINT_NO_ANSWER, ENDPOINT_ACCEPTED, erp_quic_versions,
			COUNT_OF(erp_quic_versions) },
		.alpn = erp_quic_alpn,
		.alpn_count = COUNT_OF(erp_quic_alpn),
		.traits = { .address_validated = TRAIT_NO },
		.connections = 12,
		.took = 20 * (TIME_SECOND / 1000),
	};

	e.versions[RANK_TLS13] = (struct endpoint_version){
		.version = VERSION_TLS13,
		.status = ENDPOINT_ACCEPTED,
		.alert = -1,
		.suites = ERP_LIST(erp_suites13),
		.order = ORDER_SERVER,
		.groups = ERP_LIST(erp_groups),
	};
	return e;
}

/* And another, which has DTLS 1.2 and passes DTLS 1.0 over in silence. */
static inline struct endpoint erp_dtls(void)
{
	struct endpoint e = erp_endpoint();

	e.transport = TRANSPORT_UDP;
	e.udp = (struct endpoint_udp){ .dtls = ENDPOINT_ACCEPTED,
		.quic = ENDPOINT_NO_ANSWER };
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS13; rank++)
		e.versions[rank].version = version_of_rank((enum version_rank)rank, true);
	for (unsigned rank = RANK_SSL2; rank <= RANK_TLS10; rank++)
		e.versions[rank] = (struct endpoint_version){ .alert = -1 };
	e.versions[RANK_TLS11].status = ENDPOINT_NO_ANSWER;
	e.versions[RANK_TLS11].alert = -1;
	e.certificates[0].version = VERSION_DTLS12;
	e.alpn_count = 0;
	return e;
}

#endif
