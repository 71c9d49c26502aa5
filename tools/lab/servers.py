"""Servers of the lab. To add one: a function here that returns a Peer.

Each runs a private instance in the scenario's own folder, on the names of network.py.
"""

import json
import os
import sys

from network import address
from peer import HERE, Peer

OLD = "ALL:@SECLEVEL=0"  # without it OpenSSL 3.0 refuses 1.0 and 1.1 whatever the range


def openssl(name, *arguments, port=443, cert="rsa", web=True):
    def commands(lab):
        return [["openssl", "s_server", "-accept", f"{address(name)}:{port}", "-quiet",
                 "-cert", lab.cert(cert), "-key", lab.key(cert),
                 *(["-www"] if web else []),
                 *[a.replace("PKI", lab.pki) for a in arguments]]]
    waits = [] if any("dtls" in a for a in arguments) else [(address(name), port)]
    return Peer("OpenSSL 3.0 s_server " + " ".join(arguments), commands, ["openssl"], waits)


def node(version, name, flags=(), port=443, cert="rsa", **options):
    def commands(lab):
        made = dict(options, key=lab.key(cert), cert=lab.cert(cert))
        config = {"host": address(name), "port": port, "options": made}
        return [[lab.stack(f"node-{version}"), *flags, f"{HERE}/server.js", json.dumps(config)]]
    return Peer(f"Node {version}", commands, [f"node-{version}"], [(address(name), port)])


def gnutls(name, priority="NORMAL", port=443, udp=False):
    def commands(lab):
        return [["gnutls-serv", "--quiet", *(["--udp"] if udp else ["--http"]),
                 "-p", str(port), "--priority", priority,
                 "--x509certfile", lab.cert("rsa"), "--x509keyfile", lab.key("rsa")]]
    return Peer(f"GnuTLS 3.7.9 gnutls-serv {priority}", commands, ["gnutls-serv"],
                [] if udp else [(address(name), port)])


def nss(name, versions):
    def commands(lab):
        db = f"sql:{lab.work}/db"
        os.makedirs(f"{lab.work}/db")
        return [["certutil", "-N", "-d", db, "--empty-password"],
                ["pk12util", "-i", f"{lab.pki}/rsa.p12", "-d", db, "-W", ""],
                ["selfserv", "-d", db, "-n", "rsa", "-p", "443", "-V", versions]]
    return Peer(f"NSS 3.87 selfserv {versions}", commands, ["selfserv", "certutil"],
                [(address(name), 443)])


def nginx(name, protocols, ciphers="DEFAULT", extra=""):
    def commands(lab):
        config = lab.write("nginx.conf", f"""
daemon off; pid {lab.work}/pid; error_log {lab.work}/log info; worker_processes 1;
user root;
events {{ }}
http {{ access_log off;
  client_body_temp_path {lab.work}/t1; proxy_temp_path {lab.work}/t2;
  fastcgi_temp_path {lab.work}/t3; uwsgi_temp_path {lab.work}/t4; scgi_temp_path {lab.work}/t5;
  server {{ listen {address(name)}:443 ssl http2; listen [::]:443 ssl http2; server_name {name};
    ssl_certificate {lab.cert("rsa")}; ssl_certificate_key {lab.key("rsa")};
    ssl_protocols {protocols}; ssl_ciphers {ciphers}; {extra}
    location / {{ return 200 "ok\\n"; }} }} }}
""")
        return [["nginx", "-c", config]]
    return Peer(f"nginx 1.22, ssl_protocols {protocols}", commands, ["nginx"],
                [(address(name), 443)])


def haproxy(name, minimum):
    def commands(lab):
        config = lab.write("haproxy.cfg", f"""
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  bind {address(name)}:443 ssl crt {lab.pki}/rsa-both.pem ssl-min-ver {minimum} alpn h2,http/1.1
  http-request return status 200
""")
        return [["haproxy", "-q", "-db", "-f", config]]
    return Peer(f"HAProxy 2.6, ssl-min-ver {minimum}", commands, ["haproxy"],
                [(address(name), 443)])


def caddy(name, lowest="tls1.2", highest="tls1.3"):
    """HTTPS over TCP and, by QUIC, over UDP."""
    def commands(lab):
        config = lab.write("Caddyfile", f"""
{{
  admin off
  auto_https disable_redirects
  storage file_system {lab.work}/caddy
  servers {{
    protocols h1 h2 h3
  }}
}}
https://{name}:443 {{
  bind {address(name)}
  tls {lab.cert("rsa")} {lab.key("rsa")} {{
    protocols {lowest} {highest}
  }}
  respond "ok"
}}
""")
        return [["caddy", "run", "--adapter", "caddyfile", "--config", config]]
    return Peer(f"caddy 2.6 (Go), {lowest} to {highest}", commands, ["caddy"],
                [(address(name), 443)])


def ours(role, name, port, *arguments):
    def commands(lab):
        return [[sys.executable, f"{HERE}/peers.py", role, address(name), str(port),
                 *[a.replace("PKI", lab.pki) for a in arguments]]]
    return Peer(f"peers.py {role}", commands, waits=[(address(name), port)])


def both(*peers):
    """Several servers as one: all but the last go to the background."""
    def commands(lab):
        return [["sh", "-c", " & ".join(
            " ".join("'" + word.replace("'", "'\\''") + "'" for word in peer.commands(lab)[-1])
            for peer in peers) + "; wait"]]
    return Peer(" and ".join(peer.label for peer in peers), commands,
                [need for peer in peers for need in peer.needs],
                [wait for peer in peers for wait in peer.waits])


def postfix():
    def commands(lab):
        lab.write("postfix/main.cf", f"""
compatibility_level = 3.6
queue_directory = {lab.work}/queue
data_directory = {lab.work}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = {address("mail.example.net")}
inet_protocols = ipv4
myhostname = mail.example.net
mydestination = example.net
alias_maps =
local_recipient_maps =
proxy_read_maps =
maillog_file = /dev/stdout
smtpd_tls_security_level = may
smtpd_tls_cert_file = {lab.cert("rsa")}
smtpd_tls_key_file = {lab.key("rsa")}
smtpd_tls_protocols = >=TLSv1
smtpd_tls_ciphers = low
tls_low_cipherlist = {OLD}
""")
        lab.write("postfix/master.cf", """
smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
""")
        os.makedirs(f"{lab.work}/queue")
        os.makedirs(f"{lab.work}/data")
        os.chmod(lab.work, 0o755)
        return [["chown", "postfix", f"{lab.work}/data"],
                ["postfix", "-c", f"{lab.work}/postfix", "start-fg"]]
    return Peer("Postfix 3.7", commands, ["postfix"], [(address("mail.example.net"), 25)])


def dovecot():
    def commands(lab):
        config = lab.write("dovecot.conf", f"""
base_dir = {lab.work}/run
state_dir = {lab.work}/state
log_path = {lab.work}/log
protocols = imap pop3 sieve
listen = {address("mail.example.net")}
ssl = yes
ssl_cert = <{lab.cert("rsa")}
ssl_key = <{lab.key("rsa")}
ssl_min_protocol = TLSv1
ssl_cipher_list = {OLD}
mail_location = maildir:{lab.work}/mail
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={lab.work}/home
}}
service managesieve-login {{
  inet_listener sieve {{
    port = 4190
  }}
}}
""")
        os.chmod(lab.work, 0o755)
        return [["dovecot", "-F", "-c", config]]
    at = address("mail.example.net")
    return Peer("Dovecot 2.3", commands, ["dovecot"], [(at, 143), (at, 110), (at, 4190)])


def vsftpd():
    def commands(lab):
        os.makedirs(f"{lab.work}/empty")
        config = lab.write("vsftpd.conf", f"""
listen=YES
background=NO
listen_address={address("files.example.net")}
anonymous_enable=YES
secure_chroot_dir={lab.work}/empty
anon_root={lab.work}/empty
ssl_enable=YES
allow_anon_ssl=YES
ssl_tlsv1=YES
rsa_cert_file={lab.cert("rsa")}
rsa_private_key_file={lab.key("rsa")}
require_ssl_reuse=NO
seccomp_sandbox=NO
""")
        return [["vsftpd", config]]
    return Peer("vsftpd 3.0.3", commands, ["vsftpd"], [(address("files.example.net"), 21)])


def slapd():
    def commands(lab):
        os.makedirs(f"{lab.work}/ldap")
        config = lab.write("slapd.conf", f"""
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {lab.work}/pid
TLSCertificateFile {lab.cert("rsa")}
TLSCertificateKeyFile {lab.key("rsa")}
TLSCACertificateFile {lab.cert("authority")}
database mdb
suffix "dc=example,dc=net"
directory {lab.work}/ldap
""")
        return [["slapd", "-d", "0", "-h", f"ldap://{address('ldap.example.net')}", "-f", config]]
    return Peer("OpenLDAP 2.5 (GnuTLS)", commands, ["slapd"],
                [(address("ldap.example.net"), 389)])


def prosody(between_servers=False):
    modules = '"tls", "s2s", "dialback"' if between_servers else '"tls", "saslauth", "disco"'

    def commands(lab):
        config = lab.write("prosody.lua", f"""
run_as_root = true
pidfile = "{lab.work}/pid"
data_path = "{lab.work}"
interfaces = {{ "{address("chat.example.net")}" }}
log = {{ info = "{lab.work}/log" }}
modules_enabled = {{ {modules} }}
modules_disabled = {{ "{"c2s" if between_servers else "s2s"}" }}
c2s_require_encryption = true
s2s_require_encryption = true
ssl = {{ certificate = "{lab.cert("rsa")}", key = "{lab.key("rsa")}" }}
VirtualHost "chat.example.net"
""")
        return [["prosody", "--config", config, "-F"]]
    return Peer("Prosody 0.12" + (", between servers" if between_servers else ""), commands,
                ["prosody"], [(address("chat.example.net"), 5269 if between_servers else 5222)])


def dovecot_lmtp():
    def commands(lab):
        config = lab.write("dovecot.conf", f"""
base_dir = {lab.work}/run
state_dir = {lab.work}/state
log_path = {lab.work}/log
protocols = lmtp
listen = {address("mail.example.net")}
ssl = yes
ssl_cert = <{lab.cert("rsa")}
ssl_key = <{lab.key("rsa")}
mail_location = maildir:{lab.work}/mail
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={lab.work}/home
}}
service lmtp {{
  inet_listener lmtp {{
    address = {address("mail.example.net")}
    port = 24
  }}
}}
""")
        os.chmod(lab.work, 0o755)
        return [["dovecot", "-F", "-c", config]]
    return Peer("Dovecot 2.3 LMTP", commands, ["dovecot", "/usr/lib/dovecot/lmtp"],
                [(address("mail.example.net"), 24)])


def inspircd():
    def commands(lab):
        config = lab.write("inspircd.conf", f"""
<server name="irc.example.net" description="lab" network="lab">
<admin name="lab" nick="lab" email="lab@example.net">
<bind address="{address("chat.example.net")}" port="6667" type="clients">
<connect allow="*" timeout="20" hardsendq="1M" recvq="8K" threshold="99999" localmax="999"
  globalmax="999" resolvehostnames="no">
<module name="ssl_gnutls">
<module name="starttls">
<sslprofile name="Clients" provider="gnutls" certfile="{lab.cert("rsa")}"
  keyfile="{lab.key("rsa")}" hash="sha256" priority="NORMAL:+VERS-TLS1.0:+VERS-TLS1.1">
<starttls sslprofile="Clients">
<pid file="{lab.work}/pid">
<log method="file" type="*" level="default" target="{lab.work}/log">
""")
        return [["prlimit", "--core=0", "inspircd", "--nofork", "--runasroot",
                 "--config", config]]  # it crashes when it is ended
    return Peer("InspIRCd 3 (GnuTLS)", commands, ["inspircd"],
                [(address("chat.example.net"), 6667)])


def postgresql():
    programs = "/usr/lib/postgresql/15/bin"

    def commands(lab):
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        data = f"{lab.work}/data"
        os.makedirs(data)
        rules = lab.write("pg_hba.conf", "hostssl all all all trust\n")
        return [["cp", lab.cert("rsa"), f"{lab.work}/pg.pem"],
                ["cp", lab.key("rsa"), f"{lab.work}/pg.key"],
                ["chmod", "600", f"{lab.work}/pg.key"],
                ["chmod", "755", lab.work],
                ["chown", "-R", "postgres", data, f"{lab.work}/pg.key"],
                [*as_user, f"{programs}/initdb", "-D", data, "-A", "trust", "-N"],
                [*as_user, f"{programs}/postgres", "-D", data, "-k", "",
                 "-c", f"listen_addresses={address('db.example.net')}", "-c", "ssl=on",
                 "-c", f"ssl_cert_file={lab.work}/pg.pem", "-c", f"ssl_key_file={lab.work}/pg.key",
                 "-c", "ssl_min_protocol_version=TLSv1", "-c", f"ssl_ciphers={OLD}",
                 "-c", f"hba_file={rules}"]]
    return Peer("PostgreSQL 15", commands, [f"{programs}/postgres"],
                [(address("db.example.net"), 5432)])


def mariadb():
    def commands(lab):
        os.chmod(lab.work, 0o777)
        return [["mariadb-install-db", "--no-defaults", f"--datadir={lab.work}/data",
                 "--user=mysql", "--auth-root-authentication-method=normal",
                 "--skip-test-db"],
                ["mariadbd", "--no-defaults", f"--datadir={lab.work}/data", "--user=mysql",
                 f"--bind-address={address('db.example.net')}", "--port=3306",
                 f"--socket={lab.work}/socket", f"--pid-file={lab.work}/pid",
                 "--innodb-buffer-pool-size=8M", "--skip-grant-tables", "--skip-name-resolve",
                 "--skip-networking=0", "--tls-version=TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3",
                 f"--ssl-cert={lab.cert('rsa')}", f"--ssl-key={lab.key('rsa')}"]]
    return Peer("MariaDB 10.11", commands, ["mariadbd"], [(address("db.example.net"), 3306)])


def xrdp():
    def commands(lab):
        config = lab.write("xrdp.ini", f"""
[Globals]
ini_version=1
fork=false
port=tcp://{address("desk.example.net")}:3389
security_layer=tls
certificate={lab.cert("rsa")}
key_file={lab.key("rsa")}
ssl_protocols=TLSv1, TLSv1.1, TLSv1.2, TLSv1.3
tls_ciphers={OLD}
[Logging]
LogFile={lab.work}/log
LogLevel=INFO
EnableSyslog=false
[Xorg]
name=Xorg
lib=libxup.so
""")
        return [["xrdp", "--nodaemon", "--config", config]]
    return Peer("xrdp 0.9", commands, ["xrdp"], [(address("desk.example.net"), 3389)])


def kermit():
    """C-Kermit's telnet server, IKSD: it reads one file at one place, which is put there in
    a mount namespace."""
    def commands(lab):
        config = lab.write("iksd.conf", f"""
set auth tls rsa-cert-file {lab.cert("rsa")}
set auth tls rsa-key-file {lab.key("rsa")}
set auth tls verify off
set telopt /server start-tls required
""")
        return [["mount", "--bind", config, "/etc/kermit/iksd.conf"],
                [sys.executable, f"{HERE}/peers.py", "inetd", address("desk.example.net"), "23",
                 "kermit", "-A", "--anonymous:0", "--database:off"]]
    return Peer("C-Kermit 10 (OpenSSL 3.0), telnet", commands, ["kermit"],
                [(address("desk.example.net"), 23)])


def tinyproxy():
    def commands(lab):
        config = lab.write("tinyproxy.conf", f"""
User root
Port 8080
Listen {address("proxy.example.net")}
Timeout 10
LogLevel Error
LogFile "{lab.work}/log"
ConnectPort 443
""")
        return [["tinyproxy", "-d", "-c", config]]
    return Peer("tinyproxy", commands, ["tinyproxy"], [(address("proxy.example.net"), 8080)])


def nnrpd():
    """INN's reader alone; its overview and history are empty files of the right form."""
    def commands(lab):
        root = f"{lab.cache}/inn2/usr/lib/news"
        home = lab.work
        for folder in ("etc", "db", "tmp", "spool", "log"):
            os.makedirs(f"{home}/{folder}")
        config = lab.write("etc/inn.conf", f"""
mta: "/bin/true %s"
domain: example.net
pathhost: news.example.net
server: localhost
nnrpdloadlimit: 0
hismethod: hisv6
ovmethod: tradindexed
enableoverview: true
pathnews: {home}
pathetc: {home}/etc
pathdb: {home}/db
pathrun: {home}/tmp
pathtmp: {home}/tmp
pathspool: {home}/spool
pathoverview: {home}/spool
pathlog: {home}/log
pathbin: {root}/bin
runasuser: root
runasgroup: root
tlscertfile: {lab.cert("rsa")}
tlskeyfile: {home}/news.key
tlscafile: {lab.cert("authority")}
""")
        lab.write("etc/readers.conf", """
auth "all" { hosts: "*"
  default: "reader" }
access "all" { users: "*"
  newsgroups: "*" }
""")
        lab.write("etc/storage.conf", "method tradspool {\n  newsgroups: *\n  class: 0\n}\n")
        for empty in ("db/active", "db/newsgroups", "db/history", "spool/tradspool.map"):
            lab.write(empty, "")
        with open(f"{home}/spool/group.index", "wb") as index:
            index.write(bytes(65552))  # a hash table without groups
        run = ["env", f"LD_LIBRARY_PATH={root}", f"INNCONF={config}"]
        return [["install", "-m", "600", lab.key("rsa"), f"{home}/news.key"],
                [*run, f"{root}/bin/makedbz", "-i", "-o", "-s", "1000", "-f", f"{home}/db/history"],
                [*run, f"{root}/bin/nnrpd", "-D", "-f", "-p", "119"]]
    return Peer("INN 2.7 nnrpd", commands, ["inn2/usr/lib/news/bin/nnrpd"],
                [(address("news.example.net"), 119)])
