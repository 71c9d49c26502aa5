// mcs -optimize+ Settings.cs; tests/fuzz/corpus/audit_binary/Settings.exe.
using System.Net;
using System.Net.Security;
using System.Security.Authentication;

[assembly: System.Runtime.Versioning.TargetFramework(".NETFramework,Version=v4.5")]

namespace Billing {
	class Settings {
		static SecurityProtocolType other;

		static void Main(string[] arguments)
		{
			SslStream stream = new SslStream(null);

			ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls;
			ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
			ServicePointManager.SecurityProtocol = other;
			ServicePointManager.SecurityProtocol = arguments.Length > 1 ?
				SecurityProtocolType.Tls : SecurityProtocolType.Tls12;
			stream.AuthenticateAsClient("host", null,
				SslProtocols.Tls | SslProtocols.Tls11, false);
			stream.AuthenticateAsServer(null, false, SslProtocols.Tls12, true);
		}
	}
}
