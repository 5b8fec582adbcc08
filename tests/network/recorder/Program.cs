// Follows a feed and writes of each notice its number and its referral to a file, one a line, until it is killed.
//
// Usage: recorder FILE cursor | recorder FILE acknowledge NAME      (environment: GATEWAY, CA, TOKEN)
//
// With "cursor" the last whole line of FILE is both the record and the place to go on from. With "acknowledge" the network keeps the
// place under NAME, and FILE is only the record. It says "connecting" when it is about to.
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Protos.Notification.V1;

string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

using var handler = new SocketsHttpHandler();
handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
{
    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Setting("CA")) },
};
using var channel = GrpcChannel.ForAddress(new Uri(Setting("GATEWAY")), new GrpcChannelOptions { HttpHandler = handler });
var feed = new Notifications.NotificationsClient(channel);
var head = new Metadata { { "authorization", "Bearer " + Setting("TOKEN") } };

using var file = new FileStream(args[0], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
var last = LastWhole(file);
var named = args[1] == "acknowledge" ? args[2] : null;
Console.WriteLine("connecting");
var request = named is null ? new SubscribeRequest { After = last } : new SubscribeRequest { Subscriber = named };
using var stream = feed.Subscribe(request, head);
await foreach (var message in stream.ResponseStream.ReadAllAsync())
{
    if (message.Notice is not { } notice) continue;
    file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{notice.Sequence} {notice.ReferralId}\n")));
    file.Flush();
    if (named is not null) await feed.AcknowledgeAsync(new AcknowledgeRequest { Through = notice.Sequence, Subscriber = named }, head);
}
return 3;

// What a kill cut off is no record.
static long LastWhole(FileStream file)
{
    var bytes = new byte[file.Length];
    file.ReadExactly(bytes);
    var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
    file.SetLength(end);
    file.Position = end;
    if (end == 0) return 0;
    var start = end < 2 ? 0 : Array.LastIndexOf(bytes, (byte)'\n', end - 2) + 1;
    return long.Parse(Encoding.ASCII.GetString(bytes, start, end - 1 - start).Split(' ')[0], CultureInfo.InvariantCulture);
}
