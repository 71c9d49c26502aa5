import java.io.*;
import java.security.cert.X509Certificate;
import javax.net.ssl.*;

/** Client.java HOST PORT any|system [PROTOCOLS]: one request over JSSE, trusting anything or the system. */
public class Client {
	public static void main(String[] arguments) throws Exception {
		TrustManager trusting = new X509ExtendedTrustManager() {
			public void checkClientTrusted(X509Certificate[] c, String a) {}
			public void checkServerTrusted(X509Certificate[] c, String a) {}
			public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
			public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}
			public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}
			public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}
			public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
		};
		SSLContext context = SSLContext.getInstance("TLS");
		boolean any = arguments[2].equals("any");
		context.init(null, any ? new TrustManager[] {trusting} : null, null);
		SSLSocket socket = (SSLSocket) context.getSocketFactory()
			.createSocket(arguments[0], Integer.parseInt(arguments[1]));
		if (arguments.length > 3)
			socket.setEnabledProtocols(arguments[3].split(","));
		socket.startHandshake();
		socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
		System.out.println(socket.getInputStream().read());
		socket.close();
	}
}
