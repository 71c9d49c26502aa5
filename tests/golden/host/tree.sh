# A small machine below $SCRATCH/root: two OpenSSL, GnuTLS, and the files that decide.
root=$SCRATCH/root
lib=$root/usr/lib/x86_64-linux-gnu
mkdir -p "$lib" "$root/etc/ssl/conf.d" "$root/etc/gnutls" "$root/etc/crypto-policies" "$root/usr/bin"
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$root/etc/os-release"
printf 'OpenSSL 3.0.11 19 Sep 2023\0OPENSSLDIR: "/etc/ssl"\0gcc -DOPENSSL_TLS_SECURITY_LEVEL=2 -O2\0' >"$lib/libcrypto.so.3"
printf 'OpenSSL 1.0.2u  20 Dec 2019\0OpenSSL 1.0.2u 20 Dec 2019\0OPENSSLDIR: "/opt/old"\0' >"$lib/libcrypto.so.1.0.0"
echo library >"$lib/libssl.so.3"
echo older >"$lib/libssl.so.1.0.0"
ln -s libssl.so.3 "$lib/libssl.so.3.0.11"
printf 'Enabled GnuTLS 3.7.9 logging...\0' >"$lib/libgnutls.so.30"
cat >"$root/etc/ssl/openssl.cnf" <<'C'
openssl_conf = init
.include /etc/ssl/conf.d

[init]
ssl_conf = ssl

[ssl]
system_default = floor
C
cat >"$root/etc/ssl/conf.d/floor.cnf" <<'C'
[floor]
MinProtocol = TLSv1.2
CipherString = DEFAULT@SECLEVEL=1
C
printf '[overrides]\ndisabled-version = tls1.0\n' >"$root/etc/gnutls/config"
