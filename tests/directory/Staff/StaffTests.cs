using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Staff;

/// <summary>What members of an agency's staff may do.</summary>
[Collection(RunningDirectory.Name)]
public sealed class StaffTests(DirectoryProcess directory)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Member_EnteredChangedEndedAndTakenBack()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("st-life", "administrator");
        await registrar.Put("/v1/agencies/st-life", Json.Agency()).Expect(HttpStatusCode.Created);
        const string Path = "/v1/agencies/st-life/staff/night-desk-3";

        Assert.Equal(1, (await own.Put(Path, Roles("HotlineWorker")).Expect(HttpStatusCode.Created)).Version());
        Assert.Equal(1, (await own.Put(Path, Roles("HotlineWorker")).Expect(HttpStatusCode.OK)).Version());
        Assert.Equal(2, (await own.Put(Path, Roles("Supervisor", "CaseWorker")).Expect(HttpStatusCode.OK)).Version());
        Assert.True((await own.DeleteAsync(Path, Cancel).Expect(HttpStatusCode.OK)).TryGetProperty("endedAt", out _));
        Assert.Equal(3, (await own.DeleteAsync(Path, Cancel).Expect(HttpStatusCode.OK)).Version());
        var back = await own.Put(Path, Roles("HotlineWorker")).Expect(HttpStatusCode.OK);
        Assert.Equal((4, false), (back.Version(), back.TryGetProperty("endedAt", out _)));

        var listed = Assert.Single((await own.GetAsync("/v1/agencies/st-life/staff", Cancel).Expect(HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
        Assert.Equal("night-desk-3", listed.Text("id"));
        await own.DeleteAsync("/v1/agencies/st-life/staff/nobody-here", Cancel).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-1501");
        await own.Put("/v1/agencies/st-life/staff/Vardenė", Roles("HotlineWorker")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0014", "id");
    }

    [Fact]
    public async Task NetworksRoles_AreTheRegistrarsToGiveAndToTake()
    {
        using var registrar = directory.Registrar;
        using var own = directory.As("st-roles", "administrator");
        await registrar.Put("/v1/agencies/st-roles", Json.Agency()).Expect(HttpStatusCode.Created);
        foreach (var role in new[] { "Registrar", "Auditor" })
        {
            var path = "/v1/agencies/st-roles/staff/" + role.ToLowerInvariant();
            await own.Put(path, Roles(role)).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1502");
            await registrar.Put(path, Roles(role)).Expect(HttpStatusCode.Created);
            await own.Put(path, Roles("CaseWorker")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1502");
            await own.DeleteAsync(path, Cancel).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1502");
            await registrar.DeleteAsync(path, Cancel).Expect(HttpStatusCode.OK);
            // What has ended is not given back by it either.
            await own.Put(path, Roles(role)).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-1502");
        }
    }

    private static JsonObject Roles(params string[] roles) => new() { ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]) };
}
