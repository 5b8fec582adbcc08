using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;

namespace Tiltas.Directory.Clients;

/// <summary>One system of one agency that may sign in at the gateway.</summary>
public sealed record ApiClient
{
    /// <summary>Readable identifier; begins with the agency's own. Given once and never again.</summary>
    public required string Id { get; init; }
    /// <summary>Whose system it is.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>What it may be: agency, administrator, registrar, auditor.</summary>
    public required string[] Roles { get; init; }
    /// <summary>Its secret as it is kept; never shown.</summary>
    [JsonIgnore]
    public string? SecretHash { get; init; }
    /// <summary>Since when the present secret counts, UTC; absent while it has none.</summary>
    public required DateTimeOffset? SecretSince { get; init; }
    /// <summary>SHA-256 of each certificate it may come with, in lower-case hex.</summary>
    public required string[] Certificates { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>Since when it may no longer sign in, UTC; absent while it may.</summary>
    public required DateTimeOffset? RemovedAt { get; init; }
}

internal static class ClientTables
{
    public static void AddClients(this ModelBuilder model) => model.Entity<ApiClient>(client =>
    {
        client.ToTable("api_clients");
        client.HasKey(c => c.Id);
        client.Property(c => c.Id).HasColumnName("id");
        client.Property(c => c.Agency).HasColumnName("agency");
        client.Property(c => c.Version).HasColumnName("version").IsConcurrencyToken();
        client.Property(c => c.Roles).HasColumnName("roles");
        client.Property(c => c.SecretHash).HasColumnName("secret_hash");
        client.Property(c => c.SecretSince).HasColumnName("secret_since");
        client.Property(c => c.Certificates).HasColumnName("certificates");
        client.Property(c => c.ChangedAt).HasColumnName("changed_at");
        client.Property(c => c.RemovedAt).HasColumnName("removed_at");
    });
}
