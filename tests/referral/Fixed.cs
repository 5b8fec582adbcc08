using Tiltas.Contracts;
using Tiltas.Referral.Referrals;

namespace Tiltas.Referral.Tests;

/// <summary>A clock that stands still.</summary>
internal sealed class Standing(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

/// <summary>Names and times that many tests use.</summary>
internal static class Fixed
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly Deadlines Deadlines = new(Start.AddHours(1), Start.AddHours(4), Start.AddDays(14));
    public static readonly AgencyId Sender = AgencyId.From("sender"), Recipient = AgencyId.From("recipient"), Stranger = AgencyId.From("stranger");
    public static readonly SubjectRef Subject = new(Guid.Parse("0197a000-0000-7000-8000-000000000001"));
    public static readonly ReferralId Id = new(Guid.Parse("0197a000-0000-7000-8000-000000000002"));
}
