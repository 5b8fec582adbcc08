using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;

namespace Tiltas.Directory.Staff;

/// <summary>What a member of staff does at the desk.</summary>
public enum StaffRole { HotlineWorker, CaseWorker, Supervisor, Administrator, Registrar, Auditor }

/// <summary>One account of an agency's staff and what it may do. Who the person is, the agency alone knows.</summary>
public sealed record StaffMember
{
    /// <summary>The agency's own readable identifier of the account, for example <c>night-desk-3</c>. Never made from a person's name.</summary>
    public required string Id { get; init; }
    /// <summary>Whose staff.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>What it may do.</summary>
    public required StaffRole[] Roles { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>Since when it may do nothing any more, UTC; absent while it may.</summary>
    public required DateTimeOffset? EndedAt { get; init; }
}

internal static class StaffTables
{
    public static void AddStaff(this ModelBuilder model) => model.Entity<StaffMember>(member =>
    {
        member.ToTable("staff");
        member.HasKey(m => new { m.Agency, m.Id });
        member.Property(m => m.Agency).HasColumnName("agency");
        member.Property(m => m.Id).HasColumnName("id");
        member.Property(m => m.Version).HasColumnName("version").IsConcurrencyToken();
        DirectoryStore.Codes(member.Property(m => m.Roles).HasColumnName("roles"));
        member.Property(m => m.ChangedAt).HasColumnName("changed_at");
        member.Property(m => m.EndedAt).HasColumnName("ended_at");
    });
}
