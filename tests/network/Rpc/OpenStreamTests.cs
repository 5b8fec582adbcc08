using System.Text.Json.Nodes;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>What stays open: how many, how it ends, and for whom.</summary>
public sealed class OpenStreamTests(Net net)
{
    private const string Subscribe = "rpc_method=\"tiltas.notification.v1.Notifications/Subscribe\"";

    [Fact]
    public async Task Streams_BeyondTheLimit_AreRefusedUntilOneEnds()
    {
        using var iom = new RpcAgency(net.It, "lt-iom");
        var before = await Ended("CANCELLED");
        List<Followed> open = [];
        try
        {
            for (var i = 0; i < 20; i++) open.Add(await Followed.Open(iom, new SubscribeRequest { After = 0 }));
            using var beyond = iom.Notifications.Subscribe(new SubscribeRequest { After = 0 });
            var refused = Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => beyond.ResponseStream.MoveNext()));
            Assert.Equal((StatusCode.ResourceExhausted, "TLT-GW-0430"), (refused.Status, refused.Code));
            Assert.True(refused.Retry > TimeSpan.Zero);
            // Other calls of the agency, and other agencies' streams, go on.
            Assert.Equal("lt-iom", (await iom.Directory.GetAgencyAsync(new GetAgencyRequest { AgencyId = "lt-iom" })).Agency.AgencyId);
            using var police = new RpcAgency(net.It, "lt-police");
            await using (await Followed.Open(police, new SubscribeRequest { After = 0 }))
                Assert.All(open, one => Assert.False(one.Ended.IsCompleted));

            await open[7].DisposeAsync();
            await Eventually.True("room for another stream", async () =>
            {
                using var next = iom.Notifications.Subscribe(new SubscribeRequest { After = 0 });
                return (await FirstWord(next))?.Status != StatusCode.ResourceExhausted;
            }, 60);
        }
        finally
        {
            foreach (var one in open) await one.DisposeAsync();
        }
        await Eventually.True("every cancelled stream ended in the service too", async () => await Ended("CANCELLED") >= before + 21);
    }

    [Fact]
    public async Task Deadline_Passed_EndsTheStreamOnBothSides()
    {
        using var iom = new RpcAgency(net.It, "lt-iom");
        var before = await Ended("DEADLINE_EXCEEDED") + await Ended("CANCELLED");
        await using var stream = await Followed.Open(iom, new SubscribeRequest { After = 0 }, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(5));
        await stream.EndsAs(StatusCode.DeadlineExceeded);
        await Eventually.True("the service ended it too", async () => await Ended("DEADLINE_EXCEEDED") + await Ended("CANCELLED") > before);
    }

    [Fact]
    public async Task Client_ByCertificate_CallsWithoutToken_AndIsOutOnceRemoved()
    {
        using var own = MadeCertificate();
        await using var entry = await Entry(new JsonObject
        {
            ["clientId"] = "lt-caritas-by-certificate", ["agency"] = "lt-caritas", ["roles"] = new JsonArray("agency"),
            ["certificates"] = new JsonArray(own.GetCertHashString(HashAlgorithmName.SHA256)),
        });
        using var caritas = new RpcAgency(net.It, "lt-caritas", own);
        await Eventually.True("the new client is known", async () => await Refusal.OrNone(caritas.Directory.GetAgencyAsync(new GetAgencyRequest { AgencyId = "lt-caritas" })) is null);
        await using var stream = await Followed.Open(caritas, new SubscribeRequest { After = 0 });
        Assert.False(stream.Ended.IsCompleted);

        await entry.DisposeAsync();

        await stream.EndsAs(StatusCode.Unauthenticated);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.Of(caritas.Directory.GetAgencyAsync(new GetAgencyRequest { AgencyId = "lt-caritas" }))).Status);
    }

    [Fact]
    public async Task Client_ByToken_Removed_LosesItsOpenStreamAlone()
    {
        var like = Clients()["clients"]!.AsArray().Single(client => (string?)client!["clientId"] == "lt-iom-system")!.DeepClone().AsObject();
        like["clientId"] = "lt-iom-second-system";
        await using var entry = await Entry(like);
        using var second = new TestKit.Agency(net.It.Network.Gateway, "lt-iom-second", net.It.Network.ClientSecret("lt-iom-system"));
        await Eventually.Some("a token for the new client", async () =>
        {
            try
            {
                return await second.Token();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        });
        using var removed = new RpcAgency(net.It, null, token: second.Token);
        using var iom = new RpcAgency(net.It, "lt-iom");
        await using var stream = await Followed.Open(removed, new SubscribeRequest { After = 0 });
        await using var other = await Followed.Open(iom, new SubscribeRequest { After = 0 });

        await entry.DisposeAsync();

        await stream.EndsAs(StatusCode.Unauthenticated);
        Assert.False(other.Ended.IsCompleted);
    }

    [Fact]
    public async Task HealthAndReflection_AnswerAnybody()
    {
        using var nobody = new RpcAgency(net.It, null);
        var health = new Health.HealthClient(nobody.Channel);
        foreach (var service in (string[])["", "tiltas.referral.v1.Referrals", "tiltas.notification.v1.Notifications"])
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        Assert.Equal(StatusCode.NotFound, (await Refusal.Of(health.CheckAsync(new HealthCheckRequest { Service = "tiltas.Nothing" }))).Status);

        using var reflection = new ServerReflection.ServerReflectionClient(nobody.Channel).ServerReflectionInfo();
        var services = (await Ask(new ServerReflectionRequest { ListServices = "*" })).ListServicesResponse.Service.Select(service => service.Name).ToList();
        foreach (var name in (string[])["tiltas.directory.v1.Directory", "tiltas.identification.v1.Identification", "tiltas.referral.v1.Referrals", "tiltas.notification.v1.Notifications", "grpc.health.v1.Health"])
            Assert.Contains(name, services);
        var files = (await Ask(new ServerReflectionRequest { FileContainingSymbol = "tiltas.referral.v1.Referrals.SubmitReferral" })).FileDescriptorResponse.FileDescriptorProto;
        Assert.Contains(files, file => Google.Protobuf.Reflection.FileDescriptorProto.Parser.ParseFrom(file).Name == "tiltas/referral/v1/referrals.proto");
        Assert.NotNull((await Ask(new ServerReflectionRequest { FileContainingSymbol = "tiltas.Nothing" })).ErrorResponse);
        await reflection.RequestStream.CompleteAsync();
        Assert.False(await reflection.ResponseStream.MoveNext());

        async Task<ServerReflectionResponse> Ask(ServerReflectionRequest request)
        {
            await reflection.RequestStream.WriteAsync(request);
            Assert.True(await reflection.ResponseStream.MoveNext());
            return reflection.ResponseStream.Current;
        }
    }

    /// <summary>Null when the stream stands: a notice, or a sign of life.</summary>
    private static async Task<Refusal?> FirstWord(AsyncServerStreamingCall<SubscribeResponse> call)
    {
        try
        {
            Assert.True(await call.ResponseStream.MoveNext());
            return null;
        }
        catch (RpcException refused)
        {
            return Refusal.Of(refused);
        }
    }

    /// <summary>How many subscriptions ended so in the service, by its own count.</summary>
    private async Task<double> Ended(string status)
    {
        using var http = new HttpClient();
        var page = Exposition.Parse(await http.GetStringAsync(new Uri(net.It.Network["notification"].Inside, "/metrics")));
        return page.Samples.Where(sample => sample.Key.StartsWith("rpc_server_call_duration_seconds_count{", StringComparison.Ordinal)
            && sample.Key.Contains(Subscribe, StringComparison.Ordinal) && sample.Key.Contains($"\"{status}\"", StringComparison.Ordinal)).Sum(sample => sample.Value);
    }

    private JsonObject Clients() => JsonNode.Parse(File.ReadAllText(net.It.Network.Keys.Clients))!.AsObject();

    private async Task<Written> Entry(JsonObject client)
    {
        var written = new Written(net.It.Network.Keys.Clients, await File.ReadAllTextAsync(net.It.Network.Keys.Clients));
        var clients = Clients();
        clients["clients"]!.AsArray().Add(client);
        written.Write(clients.ToJsonString());
        return written;
    }

    private static X509Certificate2 MadeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=a system of an agency", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The clients file with one entry more, until it is put back.</summary>
    private sealed class Written(string file, string before) : IAsyncDisposable
    {
        public void Write(string text)
        {
            File.WriteAllText(file + ".next", text);
            File.Move(file + ".next", file, overwrite: true);
        }

        public ValueTask DisposeAsync()
        {
            Write(before);
            return ValueTask.CompletedTask;
        }
    }
}
