// Follows an agency's feed over gRPC; reads, accepts, starts and completes each referral that arrives.
//
// Usage: receive --cursor FILE [--count N]      (environment: GATEWAY, CA, CLIENT_ID, CLIENT_SECRET)
//
// The number of the last notice dealt with lies in FILE, so a restart goes on where this one stopped. Nothing personal is printed.
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Example.Receive;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;

const int LongestPause = 8;

string Option(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : otherwise;
string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

var cursorFile = Option("--cursor", "cursor");
var count = int.Parse(Option("--count", "0"), CultureInfo.InvariantCulture);
var gateway = new Uri(Setting("GATEWAY"));

// Notices a gateway that is gone without a word.
using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(30), KeepAlivePingTimeout = TimeSpan.FromSeconds(10) };
handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
{
    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Setting("CA")) },
};
using var channel = GrpcChannel.ForAddress(gateway, new GrpcChannelOptions { HttpHandler = handler });
var notifications = new Notifications.NotificationsClient(channel);
var referrals = new Referrals.ReferralsClient(channel);
using var token = new Token(gateway, handler, Setting("CLIENT_ID"), Setting("CLIENT_SECRET"));

// A notice that the line broke on is seen again, and its referral counts once.
var done = new HashSet<string>();
for (var pause = 1; ;)
{
    try
    {
        using var stream = notifications.Subscribe(new SubscribeRequest { After = ReadCursor() }, await token.Metadata());
        await foreach (var message in stream.ResponseStream.ReadAllAsync())
        {
            pause = 1;
            if (message.Notice is not { } notice) continue;
            Console.WriteLine($"{notice.Sequence} {notice.Kind}");
            if (notice.Kind == NoticeKind.ReferralSubmitted)
            {
                try
                {
                    if (await HelpWith(notice.ReferralId)) done.Add(notice.ReferralId);
                }
                catch (RpcException refused) when (refused.StatusCode is StatusCode.PermissionDenied or StatusCode.FailedPrecondition or StatusCode.NotFound)
                {
                    // What the rules refuse will be refused again; everything else is tried again from this notice on.
                    Console.WriteLine($"  refused: {refused.Status.Detail}");
                }
                await notifications.ReportActedAsync(new ReportActedRequest { Sequence = notice.Sequence }, await token.Metadata(), Soon());
            }
            KeepCursor(notice.Sequence);
            if (count > 0 && done.Count >= count) return 0;
        }
        pause = 1;
    }
    catch (WrongClientException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        return 1;
    }
    catch (RpcException wrong) when (wrong.StatusCode is StatusCode.InvalidArgument or StatusCode.Unimplemented)
    {
        Console.Error.WriteLine($"the network does not take what this program sends ({wrong.StatusCode}: {wrong.Status.Detail})");
        return 1;
    }
    catch (Exception error) when (error is RpcException or NoTokenException)
    {
        // What is away comes back. Of ResourceExhausted the longest that RetryInfo asks for is 5 seconds.
        var refusal = (error as RpcException)?.StatusCode;
        var wait = Math.Max(pause, refusal == StatusCode.ResourceExhausted ? 5 : (error as NoTokenException)?.Seconds ?? 0);
        Console.Error.WriteLine($"the line broke ({refusal?.ToString() ?? error.Message}); again in {wait} s");
        token.Forget();
        await Task.Delay(TimeSpan.FromSeconds(wait));
        pause = Math.Min(pause * 2, LongestPause);
    }
}

// Goes on from wherever the referral stands; so it may be done again after a crash.
async Task<bool> HelpWith(string id)
{
    var head = await token.Metadata();
    var status = (await referrals.GetReferralAsync(new GetReferralRequest { ReferralId = id }, head, Soon())).Referral.Status;
    if (status is ReferralStatus.Submitted or ReferralStatus.Acknowledged)
    {
        var dossier = await referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = id }, head, Soon());
        Console.WriteLine($"  {id}: {dossier.Given.Count} classes given, {dossier.Withheld.Count} withheld");
        status = (await referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = id }, head, Soon())).Referral.Status;
    }
    if (status is ReferralStatus.Accepted)
        status = (await referrals.StartServiceAsync(new StartServiceRequest { ReferralId = id }, head, Soon())).Referral.Status;
    if (status is ReferralStatus.InService)
        status = (await referrals.CompleteReferralAsync(new CompleteReferralRequest { ReferralId = id, Outcome = Outcome.ServiceDelivered }, head, Soon())).Referral.Status;
    Console.WriteLine($"  {id}: {status}");
    return status == ReferralStatus.Completed;
}

DateTime Soon() => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30);

long ReadCursor() => File.Exists(cursorFile) ? long.Parse(File.ReadAllText(cursorFile), CultureInfo.InvariantCulture) : 0;

// In one step: a crash leaves the old number or the new one.
void KeepCursor(long number)
{
    using (var file = File.Create(cursorFile + ".new"))
    {
        file.Write(System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        file.Flush(flushToDisk: true);
    }
    File.Move(cursorFile + ".new", cursorFile, overwrite: true);
}
