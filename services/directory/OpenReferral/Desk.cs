using System.Reflection;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.OpenReferral;

/// <summary>What every address of Open Referral needs: the store, the country, and who looks.</summary>
internal sealed record Desk(DirectoryStore Db, CountryWords Words, Taxonomies Taxonomies, Schedules Schedules, Viewer Viewer)
{
    /// <summary>Lets minimal APIs bind a parameter of this type.</summary>
    public static async ValueTask<Desk> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        _ = parameter;
        var services = context.RequestServices;
        var db = services.GetRequiredService<DirectoryStore>();
        return new Desk(db, services.GetRequiredService<CountryWords>(), services.GetRequiredService<Taxonomies>(), services.GetRequiredService<Schedules>(),
            await Viewer.Of(context.Features.Get<Caller>(), db, context.RequestAborted));
    }
}

/// <summary>How much of a record is told.</summary>
internal enum Detail { Minimal, OneToOne, Full }
