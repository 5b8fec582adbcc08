using System.Globalization;
using Tiltas.Grpc.Interop;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
int? Port(string name) => int.TryParse(Option(name), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port : null;

var (plain, secure, certificate, key) = (Port("--port"), Port("--tls-port"), Option("--cert"), Option("--key"));
if ((plain is null && secure is null) || (secure is not null && (certificate is null || key is null)))
{
    Console.Error.WriteLine("usage: interop [--port N] [--tls-port N --cert FILE --key FILE] [--any]");
    Console.Error.WriteLine("  serves grpc.testing.TestService, health and reflection; --port without TLS (h2c), --any on all addresses instead of loopback");
    return 2;
}
await using var host = await InteropHost.Start(new()
{
    Port = plain, TlsPort = secure, Certificate = certificate, Key = key, Any = args.Contains("--any"), Console = true,
});
Console.Out.WriteLine($"grpc.testing.TestService on {string.Join(" and ", host.Addresses)}; Ctrl+C ends it.");
await host.Ended;
return 0;
