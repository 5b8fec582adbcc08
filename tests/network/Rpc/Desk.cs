using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;
using Agency = Tiltas.TestKit.Agency;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>A client that a registrar let in over gRPC for one test, at both doors. Removed at the end.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly TestNetwork _network;

    private Desk(TestNetwork network, string agency, string name, string secret)
    {
        (_network, Agency, Client) = (network, agency, $"{agency}-{name}-system");
        Http = new Agency(network.Network.Gateway, $"{agency}-{name}", secret);
        Rpc = new RpcAgency(network, null, token: Http.Token);
    }

    public string Agency { get; }
    public string Client { get; }
    public Agency Http { get; }
    public RpcAgency Rpc { get; }
    public Administration.AdministrationClient Administration => Rpc.Administration;

    public static async Task<Desk> Open(TestNetwork network, string agency, string name, params ClientRole[] roles)
    {
        using var registrar = new RpcAgency(network, "registrar");
        var client = $"{agency}-{name}-system";
        await registrar.Administration.UpdateClientAsync(new() { Client = new() { ClientId = client, AgencyId = agency, Roles = { roles } }, AllowMissing = true });
        var made = await registrar.Administration.CreateClientSecretAsync(new() { AgencyId = agency, ClientId = client });
        Assert.Equal((client, 43), (made.ClientId, made.ClientSecret.Length));
        await Known(network, client, true);
        return new Desk(network, agency, name, made.ClientSecret);
    }

    /// <summary>Returns once the gateway has learned of a client, or that it is gone. To try its secret until then would count as guessing.</summary>
    public static Task Known(TestNetwork network, string client, bool isThere) => Eventually.True($"{client} known to the gateway: {isThere}", async () =>
        System.IO.Directory.EnumerateFiles(network.Folder, "clients.directory.json", SearchOption.AllDirectories).SingleOrDefault() is { } copy
        && (await File.ReadAllTextAsync(copy)).Contains($"\"{client}\"", StringComparison.Ordinal) == isThere);

    public async ValueTask DisposeAsync()
    {
        Rpc.Dispose();
        Http.Dispose();
        using var registrar = new RpcAgency(_network, "registrar");
        await registrar.Administration.RemoveClientAsync(new() { AgencyId = Agency, ClientId = Client });
    }
}

/// <summary>Records that are made up.</summary>
internal static class Made
{
    public static string Name() => $"lt-adm-{Guid.CreateVersion7():N}";

    public static Protos.Directory.V1.Agency Agency(string id) => new()
    {
        AgencyId = id, Type = AgencyType.Ngo, Name = { { "en", "Trial" }, { "lt", "Bandymas" } }, Municipality = "LT-57", Competence = { "LT-57" }, Contacts = { Contact() },
        Hours = "Mo-Fr 08:00-17:00", Languages = { "lt", "en" }, Source = Source(), Illustrative = "All of it.",
    };

    public static Service Service(string id, string agency, Need need = Need.Interpretation) => new()
    {
        ServiceId = id, AgencyId = agency, Need = need, Name = { { "en", "Trial" } }, Areas = { "LT-15" }, Hours = "24/7", Languages = { "lt" }, Source = Source(), Illustrative = "All of it.",
    };

    public static Location Location(string id, string agency, Visibility visibility) => new()
    {
        LocationId = id, AgencyId = agency, Type = LocationType.Physical, Visibility = visibility, Name = { { "en", "Trial" } }, Municipality = "LT-57",
        AddressLines = { "Pavyzdžio g. 0" }, PostalCode = "LT-00000", FrontDoor = Contact(), Illustrative = "All of it.",
    };

    public static Draft Draft(string id) => new()
    {
        MemorandumId = id, Parties = { "lt-kopzi", "lt-caritas" }, ValidFrom = "2026-01-01", AtEnd = TerminationEffect.Stop, Title = { { "en", "Trial" } }, DocumentHash = new string('0', 64),
        Clauses = { new Clause { Number = "4.2", DataClasses = { DataClass.Family }, Purposes = { Purpose.Return }, Needs = { Need.SafeReturn }, FromAgencyIds = { "lt-kopzi" } } },
        Illustrative = "All of it.",
    };

    public static Contact Contact() => new() { Kind = ContactKind.Phone, Value = "+37060000000", Label = { { "en", "Line" } }, Hours = "24/7", Languages = { "lt" } };

    public static Source Source() => new() { Title = "Made up", Date = "2026-01-01", Url = "https://example.org" };

    /// <summary>Admits a made-up agency.</summary>
    public static async Task<string> Admit(Administration.AdministrationClient registrar)
    {
        var id = Name();
        await registrar.UpdateAgencyAsync(new() { Agency = Agency(id), AllowMissing = true });
        return id;
    }
}
