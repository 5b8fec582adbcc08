using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Tiltas.Contracts;

namespace Tiltas.Hosting.Passports;

/// <summary>
/// Who asks: the agency, the client of that agency, its roles. Comes from a verified passport and from nowhere else.
/// An endpoint takes it as a plain parameter: <c>(Caller caller) =&gt; …</c>.
/// </summary>
public sealed record Caller
{
    /// <summary>The agency the client belongs to.</summary>
    public required AgencyId Agency { get; init; }

    /// <summary>The client (one system of the agency) that signed in.</summary>
    public required string Client { get; init; }

    /// <summary>What it may be, see <see cref="Passports.Roles"/>.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary>True when the caller has the role.</summary>
    public bool Has(string role) => Roles.Contains(role);

    /// <summary>Lets minimal APIs bind a parameter of this type; null only on endpoints that need no passport.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(context.Features.Get<Caller>());

    /// <inheritdoc/>
    public override string ToString() => Client;
}

/// <summary>The closed list of roles.</summary>
public static class Roles
{
    /// <summary>A system of an agency that takes part in the network.</summary>
    public const string Agency = "agency";

    /// <summary>May write the directory.</summary>
    public const string Registrar = "registrar";

    /// <summary>May read decisions of the whole network.</summary>
    public const string Auditor = "auditor";

    /// <summary>Keeps its own agency's record, staff roles and clients.</summary>
    public const string Administrator = "administrator";

    /// <summary>The gateway itself; no client is ever given it.</summary>
    public const string Gateway = "gateway";

    /// <summary>True for a role of this list.</summary>
    public static bool IsKnown(string? role) => role is Gateway || IsForClients(role);

    /// <summary>True for a role that a client may have.</summary>
    public static bool IsForClients(string? role) => role is Agency or Registrar or Auditor or Administrator;
}
