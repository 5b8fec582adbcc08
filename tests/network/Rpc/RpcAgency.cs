using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>A system of an agency that speaks gRPC, at the gateway's TLS address, as a stranger would write it.</summary>
internal sealed class RpcAgency : IDisposable
{
    /// <summary>By the token of its usual client; or by a certificate; or by none of them.</summary>
    public RpcAgency(TestNetwork network, string? agency, X509Certificate2? own = null, Func<Task<string>>? token = null)
    {
        if (agency is not null && own is null) token ??= network.As(agency).Token;
        var options = new GrpcChannelOptions { HttpHandler = Handler(network, own), DisposeHttpClient = true };
        if (token is not null)
            options.Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor(async (_, head) => head.Add("authorization", "Bearer " + await token())));
        Channel = GrpcChannel.ForAddress(network.Network.GatewayTls, options);
        (Directory, Administration, Identification, Referrals, Notifications) = (new(Channel), new(Channel), new(Channel), new(Channel), new(Channel));
    }

    public GrpcChannel Channel { get; }
    public Protos.Directory.V1.Directory.DirectoryClient Directory { get; }
    public Administration.AdministrationClient Administration { get; }
    public Identification.IdentificationClient Identification { get; }
    public Referrals.ReferralsClient Referrals { get; }
    public Notifications.NotificationsClient Notifications { get; }

    [SuppressMessage("Reliability", "CA2000", Justification = "Belongs to whoever it is given to.")]
    public static SocketsHttpHandler Handler(TestNetwork network, X509Certificate2? own = null) => new()
    {
        EnableMultipleHttp2Connections = true,
        SslOptions = new()
        {
            ClientCertificates = own is null ? null : [own],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(network.Network.Authority.Authority) },
            },
        },
    };

    public static string Key() => Guid.CreateVersion7().ToString();

    /// <summary>A subject of this agency's with the person's consent for these recipients.</summary>
    public async Task<string> SubjectWithConsent(params string[] recipients)
    {
        var subject = (await Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = Key(), AgeBand = AgeBand.From24To26 })).SubjectRef;
        await Referrals.GiveConsentAsync(Consent(subject, recipients));
        return subject;
    }

    public static GiveConsentRequest Consent(string subject, params string[] recipients) => new()
    {
        IdempotencyKey = Key(), SubjectRef = subject, Purposes = { Purpose.Assistance }, DataClasses = { DataClass.Identity, DataClass.Needs, DataClass.SafeContact },
        Recipients = { recipients }, Form = ConsentForm.Oral, Language = "lt",
    };

    /// <summary>A request for shelter.</summary>
    public static SubmitReferralRequest Referral(string subject, string to = "lt-caritas", string? key = null) => new()
    {
        IdempotencyKey = key ?? Key(), SubjectRef = subject, ToAgencyId = to, Need = Need.Shelter, Purpose = Purpose.Assistance, Urgency = Urgency.Urgent,
    };

    public async Task<ReferralStatus> StatusOf(string referral) =>
        (await Referrals.GetReferralAsync(new GetReferralRequest { ReferralId = referral })).Referral.Status;

    public void Dispose() => Channel.Dispose();

    /// <summary>The number of the last notice on an agency's feed.</summary>
    public static Task<long> EndOfFeed(TestNetwork network, string agency) =>
        network.Count("notification", "SELECT coalesce(max(last_seq), 0) FROM feeds WHERE agency = $1", agency);
}
