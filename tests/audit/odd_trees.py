"""Trees whose names, encodings and findings are of every kind that an output must bear."""

import io
import zipfile


def write_odd(suite):
    nginx = "ssl_protocols TLSv1 TLSv1.2;\n"
    for name in ["plain.conf", "a b/c#d?e%41.conf", "größe/日本.conf", "C:x.conf",
                 "quo\"te'<&>.conf", "back\\slash.conf", b"\xff\xfe.conf",
                 b"line\nend\x1b[31m\x7f.conf", "bang!.conf", "{0}[a](b).conf"]:
        suite.write(name, nginx)
    code = "# ä 😀\r\nimport ssl\r\nP = ssl.PROTOCOL_TLSv1\r\nc = ssl.SSLContext(P)\r\n"
    suite.write("flow.py", code)
    suite.write("four.py", "s = '😀'; c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n")
    shell = ("$a = 1\r\n[Net.ServicePointManager]::SecurityProtocol = "
             "[Net.SecurityProtocolType]::Tls\r\n")
    suite.write("le.ps1", b"\xff\xfe" + shell.encode("utf-16-le"))
    suite.write("be.ps1", b"\xfe\xff" + shell.encode("utf-16-be"))
    suite.write("mark.ps1", b"\xef\xbb\xbf" + shell.encode())
    suite.write("le.conf", b"\xff\xfe" + nginx.encode("utf-16-le"))
    suite.write("latin.conf", b"# gr\xfc\xdfe\n\t" + nginx.encode())
    suite.write("kept.conf", "# tlsunset: ignore all: \"old\" tills {1} \x01\n" + nginx)
    suite.write("other.py", "c = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # nosec B502\n")
    suite.write("good.conf", "ssl_protocols TLSv1.2 TLSv1.3;\n")
    suite.write("system.cs", "ServicePointManager.SecurityProtocol = "
                             "SecurityProtocolType.SystemDefault;\n")
    suite.write("long.cs", " " * 100000 + "ServicePointManager.SecurityProtocol = "
                                          "SecurityProtocolType.Tls;" + " " * 1000)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("etc/n ä.conf", nginx)
    with zipfile.ZipFile(suite.folder / "out er.zip", "w") as archive:
        archive.writestr("in.jar", inner.getvalue())
        archive.writestr("größe#.conf", nginx)
        archive.writestr("../a/../../plain.conf", nginx)
