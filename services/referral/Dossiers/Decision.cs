using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;

namespace Tiltas.Referral.Dossiers;

/// <summary>One decision on a person's data, allowed or refused, for the record; never changed.</summary>
public sealed record Decision
{
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required AgencyId Agency { get; init; }
    public required string Client { get; init; }
    public required string Action { get; init; }
    public required SubjectRef Subject { get; init; }
    public required ReferralId? Referral { get; init; }
    public required bool Allowed { get; init; }
    public required string Rule { get; init; }
    public required DataClass[] Given { get; init; }
    public required DataClass[] Withheld { get; init; }

    public static Decision On(Caller caller, string action, SubjectRef subject, ReferralId? referral, bool allowed, string rule, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now), At = now, Agency = caller.Agency, Client = caller.Client, Action = action, Subject = subject, Referral = referral,
        Allowed = allowed, Rule = rule, Given = [], Withheld = [],
    };
}
