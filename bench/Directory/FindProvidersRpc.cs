using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using DirectoryClient = Tiltas.Protos.Directory.V1.Directory.DirectoryClient;
using Enum = System.Enum;

namespace Tiltas.Bench.Directory;

/// <summary>The questions of matching over gRPC and TLS at the gateway, one after the other.</summary>
internal sealed class FindProvidersRpc(BenchNetwork network, IReadOnlyList<DrawnQuestion> questions, string token)
{
    public async Task<Delays> Run(TimeSpan time, CancellationToken stop)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(network.Local.Authority.Authority);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority },
        };
        using var channel = GrpcChannel.ForAddress(network.Local.GatewayTls, new GrpcChannelOptions { HttpHandler = handler });
        var client = new DirectoryClient(channel);
        var head = new Metadata { { "authorization", "Bearer " + token } };
        var (delays, start) = (new List<double>(), Stopwatch.GetTimestamp());
        for (var n = 0; Stopwatch.GetElapsedTime(start) < time; n++)
        {
            var (request, from) = (Request(questions[n % questions.Count]), Stopwatch.GetTimestamp());
            await client.FindProvidersAsync(request, head, cancellationToken: stop);
            // The first makes the connection.
            if (n > 0) delays.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return new Delays(delays);
    }

    private static FindProvidersRequest Request(DrawnQuestion question)
    {
        var (body, traits) = (question.Body!, new PersonTraits());
        if (body["traits"]!["sex"] is { } sex) traits.Sex = Enum.Parse<Sex>(sex.GetValue<string>());
        if (body["traits"]!["languages"] is { } languages) traits.Languages.Add(languages[0]!.GetValue<string>());
        return new FindProvidersRequest
        {
            Need = Enum.Parse<Need>(question.Need), Place = question.Around[0], Purpose = Purpose.Assistance, Traits = traits,
            At = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(DrawnQuestions.At, CultureInfo.InvariantCulture)),
        };
    }
}
