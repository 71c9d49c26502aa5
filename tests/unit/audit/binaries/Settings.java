/* javac --release 8 -g:none Settings.java; tests/fuzz/corpus/audit_binary/Settings.class. */
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

class Settings {
	static void set(SSLSocket socket, boolean old, String other) throws Exception {
		SSLContext.getInstance("TLSv1");
		SSLContext.getInstance(old ? "TLSv1.1" : "TLSv1.2");
		SSLContext.getInstance(other);
		System.setProperty("https.protocols", "TLSv1,TLSv1.1");
		socket.setEnabledProtocols(new String[] { "TLSv1", "TLSv1.2" });
		switch (other.length()) {
		case 1:
		case 2:
			System.setProperty("jdk.tls.client.protocols", other);
			break;
		case 1000:
			SSLContext.getInstance("SSLv3", "SunJSSE");
		}
	}
}
