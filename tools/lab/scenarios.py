"""The table of captures: who talks to whom, and what must be seen.

To add one: a line here. `sees` are tshark display filters, each of which some packet
must match (the helpers below spell the common ones); `never` must match none. A
scenario is one capture, named as it is.
"""

from dataclasses import dataclass, field

import clients as c
import servers as s
from peer import Peer

VERSIONS = {"SSL 2.0": 0x0002, "SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302,
            "TLS 1.2": 0x0303, "TLS 1.3": 0x0304, "DTLS 1.0": 0xfeff, "DTLS 1.2": 0xfefd}


@dataclass
class Scenario:
    name: str
    server: Peer
    clients: list
    sees: list
    never: list = field(default_factory=list)
    note: str = ""


def offers(version):
    """A hello whose best offer is version."""
    code = VERSIONS[version]
    layer = "dtls" if version.startswith("DTLS") else "tls"
    if version == "TLS 1.3":
        return "tls.handshake.type == 1 && tls.handshake.extensions.supported_version == 0x0304"
    return f"{layer}.handshake.type == 1 && {layer}.handshake.version == {code:#06x}"


def agrees(version):
    code = VERSIONS[version]
    layer = "dtls" if version.startswith("DTLS") else "tls"
    if version == "TLS 1.3":
        return "tls.handshake.type == 2 && tls.handshake.extensions.supported_version == 0x0304"
    return (f"{layer}.handshake.type == 2 && {layer}.handshake.version == {code:#06x}"
            f" && !{layer}.handshake.extensions.supported_version")


def by_server(number):
    return f"tls.alert_message.desc == {number} && ip.src == 192.0.2.0/24"


def by_client(number):
    return f"tls.alert_message.desc == {number} && ip.src == 198.51.100.0/24"


def client_record(length):
    """An encrypted alert: 2 bytes, a type and a tag of 16 make 19."""
    return f"tls.record.length == {length} && ip.src == 198.51.100.0/24"


def bytes_seen(text):
    return f"tcp.payload contains {text}"


SSL2_FORM = "tls.record.version == 0x0002"
DATA = "tls.record.content_type == 23 || tls.app_data"
ANY_HELLO = "tls.handshake.type == 1"
ANY_ANSWER = "tls.handshake.type == 2"
GROUP_MLKEM = "tls.handshake.type == 2 && tls.handshake.extensions_key_share_group == 4588"
ERP, WIKI, LEGACY = "erp.example.net", "wiki.example.net", "legacy.example.net"
MODERN = s.nginx(ERP, "TLSv1.2 TLSv1.3", "DEFAULT@SECLEVEL=0")
OLD = s.openssl(LEGACY, "-cipher", s.OLD, "-tls1")
NEW_NODES = ("10.24.1", "12.22.12", "14.21.3", "16.20.2", "18.20.8", "20.19.5", "24.18.0")
TLS1 = {"secureProtocol": "TLSv1_method"}


def each_stack():
    """Every client against a server that takes 1.2 and 1.3."""
    yield Scenario("openssl-1.0.0-refused-by-modern", MODERN, [c.node("0.8.28", ERP)],
                   [offers("TLS 1.0"), by_server(70)], [ANY_ANSWER])
    for version in ("0.10.35", "0.10.48", "0.12.18", "4.9.1"):
        yield Scenario(f"node-{version}-to-modern", MODERN, [c.node(version, ERP)],
                       [offers("TLS 1.2"), agrees("TLS 1.2"), DATA])
    for version in NEW_NODES:
        best = "TLS 1.2" if version.startswith("10.") else "TLS 1.3"  # 10's own limit
        yield Scenario(f"node-{version}-to-modern", MODERN, [c.node(version, ERP)],
                       [offers(best), agrees(best), DATA])
    yield Scenario("openssl-3.0-to-modern", MODERN, [c.openssl(ERP)],
                   [offers("TLS 1.3"), agrees("TLS 1.3")])
    yield Scenario("curl-to-modern", MODERN, [c.curl(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("gnutls-to-modern", MODERN, [c.gnutls(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("nss-to-modern", MODERN, [c.nss(ERP, "tls1.0:tls1.3")], [agrees("TLS 1.3")])
    yield Scenario("mbedtls-to-modern", MODERN, [c.mbedtls(ERP)], [agrees("TLS 1.2"), DATA])
    yield Scenario("java-17-to-modern", MODERN, [c.java(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("bun-to-modern", MODERN, [c.bun(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("deno-to-modern", MODERN, [c.deno(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("go-to-modern", MODERN, [c.go(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("chromium-to-modern", MODERN, [c.chromium(ERP)], [agrees("TLS 1.3"), DATA])
    yield Scenario("curl-to-haproxy", s.haproxy(WIKI, "TLSv1.2"), [c.curl(WIKI)],
                   [agrees("TLS 1.3"), DATA])
    yield Scenario("curl-over-ipv6", MODERN,
                   [c.curl(ERP, "-g", "--connect-to", "::[2001:db8:2::10]:")],
                   ["ipv6 && " + agrees("TLS 1.3"), DATA])


def old_servers():
    """Clients that could do better, and a server that will not."""
    yield Scenario("openssl-1.0.0-to-old", OLD, [c.node("0.8.28", LEGACY)],
                   [offers("TLS 1.0"), agrees("TLS 1.0"), DATA])
    for version in ("0.10.48", "4.9.1"):
        yield Scenario(f"node-{version}-to-old", OLD, [c.node(version, LEGACY)],
                       [offers("TLS 1.2"), agrees("TLS 1.0"), DATA])
    yield Scenario("openssl-3.0-to-old", OLD,
                   [c.openssl(LEGACY, "-cipher", s.OLD, "-legacy_renegotiation")],
                   [offers("TLS 1.3"), agrees("TLS 1.0"), DATA])
    yield Scenario("gnutls-to-old", OLD, [c.gnutls(LEGACY, "--priority", "NORMAL:+VERS-ALL")],
                   [offers("TLS 1.3"), agrees("TLS 1.0"), DATA])
    yield Scenario("nss-to-old", OLD, [c.nss(LEGACY, "tls1.0:tls1.3")],
                   [offers("TLS 1.3"), agrees("TLS 1.0")])
    yield Scenario("java-17-refused-by-old", OLD, [c.java(LEGACY)],
                   [offers("TLS 1.3"), by_server(70)], [ANY_ANSWER],
                   note="JSSE lists 1.3 and 1.2 alone, so a server of 1.0 finds nothing to agree on")
    yield Scenario("java-17-opened-up-to-old", OLD,
                   [c.java(LEGACY, "TLSv1.2", "TLSv1.1", "TLSv1", allow_old=True)],
                   [offers("TLS 1.2"), agrees("TLS 1.0"), DATA])
    yield Scenario("java-17-limited-to-1.1", s.openssl(LEGACY, "-cipher", s.OLD),
                   [c.java(LEGACY, "TLSv1.1", "TLSv1", allow_old=True, host=68)],
                   [offers("TLS 1.1"), agrees("TLS 1.1"), DATA])
    yield Scenario("java-17-limited-refused", MODERN,
                   [c.java(ERP, "TLSv1.1", "TLSv1", allow_old=True, host=68)],
                   [offers("TLS 1.1"), by_server(70)], [ANY_ANSWER])
    yield Scenario("mbedtls-limited-to-1.1", s.openssl(LEGACY, "-cipher", s.OLD),
                   [c.mbedtls(LEGACY, "2", host=69)], [offers("TLS 1.1"), agrees("TLS 1.1"), DATA])
    yield Scenario("nss-server-1.0", s.nss(LEGACY, "tls1.0:tls1.0"),
                   [c.node("4.9.1", LEGACY)], [offers("TLS 1.2"), agrees("TLS 1.0"), DATA])
    yield Scenario("gnutls-stock-server-takes-1.0", s.gnutls(LEGACY), [c.node("0.8.28", LEGACY)],
                   [offers("TLS 1.0"), agrees("TLS 1.0"), DATA])
    yield Scenario("nginx-stock-refuses-1.0-with-80", s.nginx(ERP, "TLSv1 TLSv1.1 TLSv1.2"),
                   [c.node("4.9.1", ERP, TLS1)], [offers("TLS 1.0"), by_server(80)], [ANY_ANSWER],
                   note="the configuration allows 1.0, the library's level does not")


def before_tls_1_0():
    ssl23 = {"secureProtocol": "SSLv23_server_method", "ciphers": "ALL"}
    flags = ["--enable-ssl2", "--enable-ssl3"]
    server = s.node("0.10.35", LEGACY, flags, **ssl23)
    yield Scenario("ssl-3.0", server,
                   [c.node("0.10.35", LEGACY, {"secureProtocol": "SSLv3_method"}, flags=flags)],
                   [offers("SSL 3.0"), agrees("SSL 3.0"), DATA])
    yield Scenario("ssl-2.0-form-hello", server,
                   [c.node("0.10.35", LEGACY, {"secureProtocol": "SSLv23_client_method",
                                               "ciphers": "ALL:SSLv2"}, flags=flags, sni="x" * 300)],
                   [SSL2_FORM, ANY_ANSWER],
                   note="OpenSSL leaves out a name of 300 bytes, and without SNI uses the 2.0 form")
    yield Scenario("java-17-ssl-2.0-form-hello", s.openssl(LEGACY, "-cipher", s.OLD),
                   [c.java(LEGACY, "SSLv2Hello", "TLSv1.1", "TLSv1", allow_old=True)],
                   [SSL2_FORM],
                   note="JSSE can still say hello in the form of SSL 2.0; OpenSSL 3.0 no longer listens")
    yield Scenario("ssl-2.0", server,
                   [c.node("0.10.35", LEGACY, {"secureProtocol": "SSLv2_method",
                                               "ciphers": "SSLv2"}, flags=flags)],
                   ["tls.record.version == 0x0002 && ip.src == 192.0.2.0/24"])
    yield Scenario("ssl-3.0-refused", MODERN,
                   [c.node("0.10.35", ERP, {"secureProtocol": "SSLv3_method"}, flags=flags)],
                   [offers("SSL 3.0"), "tls.alert_message && ip.src == 192.0.2.0/24"], [ANY_ANSWER])


def forms():
    """What a handshake can look like."""
    tls12 = s.openssl(ERP, "-tls1_2")
    yield Scenario("resumed-by-id", s.openssl(ERP, "-tls1_2", "-no_ticket"),
                   [c.node("4.9.1", ERP, keep=True)],
                   [agrees("TLS 1.2"), "tls.handshake.session_id_length == 32 && " + ANY_HELLO])
    yield Scenario("resumed-by-ticket", tls12,
                   [c.openssl(ERP, "-sess_out", "WORK/session", host=64),
                    c.openssl(ERP, "-sess_in", "WORK/session", host=64)],
                   ["tls.handshake.type == 4", "tls.handshake.extension.type == 35 && tls.handshake.extension.len > 100 && " + ANY_HELLO])
    yield Scenario("resumed-by-psk", s.openssl(ERP),
                   [c.openssl(ERP, "-ign_eof", "-sess_out", "WORK/session", host=64),
                    c.openssl(ERP, "-sess_in", "WORK/session", host=64)],
                   ["tls.handshake.type == 1 && tls.handshake.extension.type == 41",
                    "tls.handshake.type == 2 && tls.handshake.extension.type == 41"])
    yield Scenario("hello-retry-request", s.openssl(ERP, "-groups", "P-384"), [c.openssl(ERP)],
                   ["tls.handshake.random == cf:21:ad:74:e5:9a:61:11:be:1d:8c:02:1e:65:b8:91:"
                    "c2:a2:11:16:7a:bb:8c:5e:07:9e:09:e2:c8:a8:33:9c", agrees("TLS 1.3")])
    yield Scenario("ml-kem", s.node("24.18.0", ERP), [c.node("24.18.0", ERP)],
                   [GROUP_MLKEM, DATA])
    yield Scenario("chromium-ml-kem", s.node("24.18.0", ERP), [c.chromium(ERP)],
                   [GROUP_MLKEM, DATA])
    yield Scenario("client-certificate", s.openssl(ERP, "-tls1_2", "-Verify", "2", "-CAfile",
                                                   "PKI/authority.pem"),
                   [c.openssl(ERP, "-cert", "PKI/client.pem", "-key", "PKI/client.key")],
                   ["tls.handshake.type == 13", "tls.handshake.type == 15"])
    yield Scenario("client-certificate-missing",
                   s.openssl(ERP, "-tls1_2", "-Verify", "2", "-CAfile", "PKI/authority.pem"),
                   [c.openssl(ERP)], ["tls.handshake.type == 13", by_server(40)])
    yield Scenario("dhe-1024", s.openssl(LEGACY, "-cipher", "DHE-RSA-AES256-SHA:@SECLEVEL=0",
                                         "-dhparam", "PKI/dh.pem", "-tls1_2"),
                   [c.node("4.9.1", LEGACY)], ["tls.handshake.ciphersuite == 0x0039 && " + ANY_ANSWER,
                                            "tls.handshake.type == 12"])
    yield Scenario("rsa-key-exchange", s.openssl(LEGACY, "-cipher", "AES128-SHA", "-tls1_2"),
                   [c.node("4.9.1", LEGACY)],
                   ["tls.handshake.ciphersuite == 0x002f && " + ANY_ANSWER], ["tls.handshake.type == 12"])
    yield Scenario("rc4", s.node("0.12.18", LEGACY, ciphers="RC4-SHA"),
                   [c.node("0.12.18", LEGACY, {"ciphers": "RC4-SHA:AES128-SHA"})],
                   ["tls.handshake.ciphersuite == 0x0005 && " + ANY_ANSWER, DATA])
    yield Scenario("ecdsa-certificate", s.openssl(WIKI, "-tls1_2", cert="ecdsa"), [c.curl(WIKI)],
                   [agrees("TLS 1.2"), DATA])
    yield Scenario("hello-split-over-records", s.openssl(ERP, "-tls1_2"), [c.ours("split", ERP)],
                   [bytes_seen("16:03:01:00:64"), ANY_ANSWER])
    yield Scenario("alpn-h2", MODERN, [c.curl(ERP, "--http2", "--tls-max", "1.2")],
                   [agrees("TLS 1.2"), 'tls.handshake.extensions_alpn_str == "h2" && ' + ANY_ANSWER])


def refusals():
    yield Scenario("no-shared-cipher", s.openssl(ERP, "-tls1_2", "-cipher", "AES256-GCM-SHA384"),
                   [c.node("4.9.1", ERP, {"ciphers": "AES128-SHA"})], [by_server(40)], [ANY_ANSWER])
    yield Scenario("client-distrusts-1.2", s.openssl(ERP, "-tls1_2"),
                   [c.curl(ERP, "--cacert", "/etc/ssl/certs/ca-certificates.crt")], [by_client(48)])
    # Each stack's own way to refuse a certificate in 1.3, before its Finished: OpenSSL
    # has no write keys yet and sends the alert in clear, others send it encrypted.
    system = "/etc/ssl/certs/ca-certificates.crt"
    for name, client, sees in (
            ("openssl", c.curl(ERP, "--cacert", system), by_client(48)),
            ("gnutls", c.gnutls(ERP, trust=False), client_record(19)),
            ("go", c.go(ERP, trust=False), client_record(19)),
            ("java-17", c.java(ERP, trust=False), client_record(35)),  # padded
            ("deno", c.deno(ERP, trust=False), client_record(19)),
            ("chromium", c.chromium(ERP, trust=False), client_record(19))):
        yield Scenario(f"{name}-distrusts-1.3", s.openssl(ERP), [client],
                       [agrees("TLS 1.3"), sees])
    yield Scenario("client-certificate-missing-1.3",
                   s.openssl(ERP, "-Verify", "2", "-CAfile", "PKI/authority.pem"),
                   [c.openssl(ERP)], [agrees("TLS 1.3")],
                   note="the server's alert 116 comes encrypted, after the client thinks it is done")
    yield Scenario("client-refuses-old", OLD, [c.curl(LEGACY)],
                   [agrees("TLS 1.0"), "tls.alert_message && ip.src == 198.51.100.0/24"])
    yield Scenario("server-without-1.2-refuses-1.2-only", s.openssl(LEGACY, "-cipher", s.OLD, "-tls1"),
                   [c.openssl(LEGACY, "-tls1_2")], [offers("TLS 1.2"), "tls.alert_message"])
    yield Scenario("reset-after-hello", s.ours("reset", ERP, 443), [c.curl(ERP)],
                   [ANY_HELLO, "tcp.flags.reset == 1 && ip.src == 192.0.2.0/24"], [ANY_ANSWER])
    yield Scenario("unanswered", s.ours("silent", ERP, 443), [c.curl(ERP, "--max-time", "2")],
                   [ANY_HELLO], [ANY_ANSWER])


def fallbacks():
    yield Scenario("fell-back-after-reset",
                   s.both(s.openssl(ERP, "-cipher", s.OLD), s.ours("flaky", WIKI, 443, "4430"),
                          loopback(4430)),
                   [c.node("4.9.1", ERP), c.node("4.9.1", WIKI, {}, TLS1)],
                   [agrees("TLS 1.2"), "tcp.flags.reset == 1", offers("TLS 1.0"), agrees("TLS 1.0")],
                   note="does 1.2 with one server; with the other its first try is reset, then 1.0")
    yield Scenario("fell-back-after-refusal", OLD,
                   [c.node("14.21.3", LEGACY, {"minVersion": "TLSv1.2"},
                           {"minVersion": "TLSv1", "maxVersion": "TLSv1"})],
                   [offers("TLS 1.3"), by_server(70), offers("TLS 1.0"), agrees("TLS 1.0")])
    yield Scenario("fallback-scsv-caught", s.openssl(ERP, "-cipher", s.OLD),
                   [c.openssl(ERP, "-cipher", s.OLD, "-tls1_1", "-fallback_scsv")],
                   ["tls.handshake.ciphersuite == 0x5600", by_server(86)], [ANY_ANSWER])
    yield Scenario("fallback-scsv-accepted", OLD,
                   [c.openssl(LEGACY, "-cipher", s.OLD, "-tls1", "-fallback_scsv")],
                   ["tls.handshake.ciphersuite == 0x5600", agrees("TLS 1.0")])


def loopback(port):
    """The server behind the flaky one."""
    def commands(lab):
        return [["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-www",
                 "-cipher", s.OLD, "-cert", lab.cert("rsa"), "-key", lab.key("rsa")]]
    return Peer("OpenSSL 3.0 s_server", commands)


def upgrades():
    """TLS after a plain beginning; each against its real server, but for TDS."""
    mail, at = "mail.example.net", "TLS 1.3"

    def starttls(dialect, name, port, *more, host=50):
        return c.openssl(name, "-starttls", dialect, *more, port=port, host=host)
    yield Scenario("smtp", s.postfix(), [starttls("smtp", mail, 25)], [agrees(at), bytes_seen("53:54:41:52:54:54:4c:53")])
    yield Scenario("smtp-1.0", s.postfix(),
                   [starttls("smtp", mail, 25, "-tls1", "-cipher", s.OLD, host=65)], [agrees("TLS 1.0")])
    yield Scenario("imap", s.dovecot(), [starttls("imap", mail, 143)], [agrees(at)])
    yield Scenario("pop3", s.dovecot(), [starttls("pop3", mail, 110)], [agrees(at)])
    yield Scenario("managesieve", s.dovecot(), [starttls("sieve", mail, 4190)],
                   [bytes_seen("53:54:41:52:54:54:4c:53"), bytes_seen("16:03:01")])
    yield Scenario("nntp", s.nnrpd(), [starttls("nntp", "news.example.net", 119)],
                   [bytes_seen("53:54:41:52:54:54:4c:53"), bytes_seen("16:03:03")])
    yield Scenario("ftp", s.vsftpd(), [starttls("ftp", "files.example.net", 21)],
                   [bytes_seen("41:55:54:48:20:54:4c:53"), ANY_ANSWER])
    yield Scenario("ldap", s.slapd(), [c.ldapsearch()], [ANY_HELLO, ANY_ANSWER])
    yield Scenario("xmpp", s.prosody(),
                   [starttls("xmpp", "chat.example.net", 5222, "-xmpphost", "chat.example.net")],
                   [bytes_seen("73:74:61:72:74:74:6c:73"), bytes_seen("16:03:03")])
    yield Scenario("postgresql", s.postgresql(), [c.psql()], [agrees(at)])
    yield Scenario("mysql", s.mariadb(), [c.mysql()], [ANY_HELLO, ANY_ANSWER])
    yield Scenario("mysql-1.0-refused-with-80", s.mariadb(),
                   [starttls("mysql", "db.example.net", 3306, "-tls1", "-cipher", s.OLD, host=66)],
                   [offers("TLS 1.0"), by_server(80)], [ANY_ANSWER])
    yield Scenario("rdp", s.xrdp(), [c.ours("rdp-client", "desk.example.net", 3389)],
                   [bytes_seen("16:03:01"), bytes_seen("16:03:03")])
    yield Scenario("tds", s.ours("tds-server", "db.example.net", 1433, "PKI/rsa.pem", "PKI/rsa.key"),
                   [c.ours("tds-client", "db.example.net", 1433)],
                   [bytes_seen("16:03:01"), bytes_seen("17:03:03")],
                   note="no SQL Server runs here: the packets around TLS are ours, TLS is OpenSSL's")
    yield Scenario("http-connect", s.both(s.openssl(ERP), s.tinyproxy()),
                   [c.curl(ERP, "--proxy", "http://proxy.example.net:8080")],
                   [bytes_seen("43:4f:4e:4e:45:43:54"), bytes_seen("16:03:01")])


def datagrams():
    name = "voice.example.net"
    small = ["-mtu", "256"]
    yield Scenario("dtls-1.2", s.openssl(name, "-dtls1_2", port=4433, web=False),
                   [c.openssl(name, "-dtls1_2", port=4433)], [agrees("DTLS 1.2")])
    yield Scenario("dtls-1.0", s.openssl(name, "-dtls1", "-cipher", s.OLD, port=4433, web=False),
                   [c.openssl(name, "-dtls1", "-cipher", s.OLD, port=4433, host=67)], [agrees("DTLS 1.0")])
    yield Scenario("dtls-1.2-fragmented",
                   s.openssl(name, "-dtls1_2", "-listen", *small, port=4433, web=False),
                   [c.openssl(name, "-dtls1_2", *small, port=4433)],
                   ["dtls.handshake.type == 3", "dtls.handshake.fragment_offset > 0"])
    yield Scenario("dtls-gnutls", s.gnutls(ERP, port=4433, udp=True),
                   [c.gnutls(ERP, "--udp", port=4433)], ["dtls.handshake.type == 2"])
    yield Scenario("quic-chromium", s.caddy(ERP), [c.chromium(ERP, quic=True)],
                   ["quic.long.packet_type == 0", "quic && tls.handshake.type == 1"])


def junk():
    yield Scenario("sslscan", s.openssl(ERP, "-cipher", s.OLD),
                   [c.scanner("sslscan", "--no-cipher-details", "--no-groups", "--no-colour", ERP)],
                   [ANY_HELLO])
    yield Scenario("nmap", MODERN,
                   [c.scanner("nmap", "-n", "-Pn", "-p", "443", "--script", "ssl-enum-ciphers", ERP)],
                   [ANY_HELLO, by_server(70)])
    yield Scenario("noise", MODERN, [c.ours("noise", ERP, host=98)], [bytes_seen("53:53:48")])


def all_scenarios():
    for part in (each_stack, old_servers, before_tls_1_0, forms, refusals, fallbacks,
                 upgrades, datagrams, junk):
        yield from part()
