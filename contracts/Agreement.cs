using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;

namespace Tiltas.Contracts;

/// <summary>Where a memorandum stands on a day, for one referral.</summary>
public enum AgreementState
{
    /// <summary>Its first day is still to come.</summary>
    NotYet,
    /// <summary>Its clauses hold.</summary>
    InForce,
    /// <summary>It has ended; what was submitted before may still be finished under its clauses.</summary>
    Finishing,
    /// <summary>It has ended.</summary>
    Ended,
    /// <summary>Somebody suspended it.</summary>
    Suspended,
}

/// <summary>
/// What a version of a memorandum says, as its messages carry it, and the one rule by which every service reads it: a difference between
/// two readings would let data go that the other would have kept. Memoranda that overlap add up: what one of them lets go may go.
/// Whether both agencies take part in the network is asked before, and overrides all of them.
/// </summary>
public sealed record Agreement
{
    /// <summary>The memorandum.</summary>
    public required MemorandumId Memorandum { get; init; }
    /// <summary>Which state of it; an older one never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>Two or more agencies bound by it.</summary>
    public required AgencyId[] Parties { get; init; }
    /// <summary>What it lets go.</summary>
    public required Clause[] Clauses { get; init; }
    /// <summary>First day in force, the country's calendar.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>Last day in force; absent while open-ended.</summary>
    public DateOnly? ValidTo { get; init; }
    /// <summary>Last day on which a referral that was submitted in time may be finished; absent when it stops with the last day in force.</summary>
    public DateOnly? FinishUntil { get; init; }
    /// <summary>Those that stand, one for each agency that declared one.</summary>
    public required Suspension[] Suspensions { get; init; }

    /// <summary>True when both are bound by it.</summary>
    public bool Binds(AgencyId from, AgencyId to) => from != to && Parties.Contains(from) && Parties.Contains(to);

    /// <summary>Where it stands.</summary>
    /// <param name="day">The day asked about, the country's calendar.</param>
    /// <param name="submitted">The day the referral was submitted; the same day for one that is new.</param>
    public AgreementState On(DateOnly day, DateOnly submitted)
    {
        if (day < ValidFrom) return AgreementState.NotYet;
        var over = ValidTo is { } last && day > last;
        if (over && !(submitted <= ValidTo && day <= FinishUntil)) return AgreementState.Ended;
        if (Array.Exists(Suspensions, suspension => suspension.From <= day)) return AgreementState.Suspended;
        return over ? AgreementState.Finishing : AgreementState.InForce;
    }

    /// <summary>True when its clauses hold for that referral on that day.</summary>
    public bool Holds(DateOnly day, DateOnly submitted) => On(day, submitted) is AgreementState.InForce or AgreementState.Finishing;

    /// <summary>The clauses that would cover it, wherever the memorandum stands. Without a need: those that hold for any.</summary>
    public IEnumerable<Clause> Covering(AgencyId from, AgencyId to, Purpose purpose, Need? need) =>
        Binds(from, to) ? Clauses.Where(clause => clause.Covers(from, to, purpose, need)) : [];

    /// <summary>Reads the message; one of before there were clauses says the same in its lists.</summary>
    public static Agreement Of(MemorandumInForce message) => new()
    {
        Memorandum = message.Memorandum, Version = message.Version, Parties = message.Parties,
        Clauses = message.Clauses ?? Whole(message.DataClasses, message.Purposes, message.Needs),
        ValidFrom = message.ValidFrom, ValidTo = message.ValidTo, FinishUntil = message.FinishUntil, Suspensions = message.Suspensions ?? [],
    };

    /// <summary>Reads the message; one of before there were clauses says the same in its lists.</summary>
    public static Agreement Of(MemorandumEnded message) => new()
    {
        Memorandum = message.Memorandum, Version = message.Version, Parties = message.Parties,
        Clauses = message.Clauses ?? Whole(message.DataClasses, message.Purposes, message.Needs),
        ValidFrom = message.ValidFrom, ValidTo = message.ValidTo, FinishUntil = message.FinishUntil, Suspensions = message.Suspensions ?? [],
    };

    /// <summary>Three lists as the one clause that they are.</summary>
    public static Clause[] Whole(DataClass[] dataClasses, Purpose[] purposes, Need[] needs) =>
        [new() { Number = ClauseNumber.Only, DataClasses = dataClasses, Purposes = purposes, Needs = needs }];
}
