# Makes a small tree below $1 with settings of each kind and what is none.
mkdir -p "$1/src/tests" "$1/deploy" "$1/docs"
cat >"$1/src/Client.cs" <<'X'
using System.Net;
class Client {
    // ServicePointManager.SecurityProtocol = SecurityProtocolType.Ssl3;
    void Open() {
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
        if (ServicePointManager.SecurityProtocol == SecurityProtocolType.Tls11) Warn();
    }
}
X
cp "$1/src/Client.cs" "$1/src/tests/ClientTest.cs"
cat >"$1/deploy/nginx.conf" <<'X'
server {
	ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
	# ssl_protocols SSLv3;
	location / { proxy_ssl_protocols TLSv1.2 TLSv1.3; }
}
X
cat >"$1/deploy/ssl.conf" <<'X'
SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1
SSLProxyProtocol all -SSLv3
X
cat >"$1/src/fetch.py" <<'X'
import ssl
PROTOCOL = ssl.PROTOCOL_TLSv1_2
context = ssl.SSLContext(PROTOCOL)
easy = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
easy.minimum_version = ssl.TLSVersion.TLSv1  # müssen
X
printf 'ssl_protocols SSLv3;\n' >"$1/docs/README.md"
printf 'ssl_protocols TLSv1; # \033[31m\n' >"$1/deploy/a$(printf '\033')[31m.conf"
