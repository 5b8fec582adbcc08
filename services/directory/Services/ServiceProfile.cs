using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Services;

/// <summary>
/// What is known of a service beyond need, place, hours and languages. What is absent is not stated: neither a promise nor a refusal.
/// </summary>
public sealed record ServiceProfile
{
    /// <summary>Whom it takes in.</summary>
    public required Sex[]? Sexes { get; init; }
    /// <summary>In full years, the first age it takes.</summary>
    public required int? MinimumAge { get; init; }
    /// <summary>In full years, the last age it takes.</summary>
    public required int? MaximumAge { get; init; }
    /// <summary>Whether it takes somebody together with children.</summary>
    public required bool? WithChildren { get; init; }
    /// <summary>Whose status it accepts: of Suspected, Presumed, Recognised.</summary>
    public required VictimStatus[]? Statuses { get; init; }
    /// <summary>What it has for those who need it.</summary>
    public required AccessNeed[]? Accessibility { get; init; }
    /// <summary>Languages for which it brings an interpreter.</summary>
    public required string[]? InterpreterLanguages { get; init; }
    /// <summary>What it was found fit for.</summary>
    public required Accreditation[]? Accreditations { get; init; }
    /// <summary>Day on which somebody last made sure that the record is true.</summary>
    public required DateOnly? AssuredOn { get; init; }
    /// <summary>Who did.</summary>
    public required AgencyId? AssuredBy { get; init; }
    /// <summary>Who answers out of hours.</summary>
    public required OnCall? OnCall { get; init; }
}

/// <summary>A telephone that is answered when nobody is there.</summary>
public sealed record OnCall
{
    /// <summary>The number.</summary>
    public required string Phone { get; init; }
    /// <summary>When it is answered.</summary>
    public required OpeningHours Hours { get; init; }
}

/// <summary>A profile as it is sent.</summary>
internal sealed record ProfileInput
{
    public Sex[]? Sexes { get; init; }
    public int? MinimumAge { get; init; }
    public int? MaximumAge { get; init; }
    public bool? WithChildren { get; init; }
    public VictimStatus[]? Statuses { get; init; }
    public AccessNeed[]? Accessibility { get; init; }
    public string?[]? InterpreterLanguages { get; init; }
    public Accreditation[]? Accreditations { get; init; }
    public DateOnly? AssuredOn { get; init; }
    public AgencyId? AssuredBy { get; init; }
    public OnCallInput? OnCall { get; init; }

    /// <summary>A line on call as it is sent.</summary>
    public sealed record OnCallInput
    {
        public string? Phone { get; init; }
        public string? Hours { get; init; }
    }

    private const int OldestAge = 120;

    /// <summary>The profile, null when it says nothing at all.</summary>
    public static ServiceProfile? Read(ProfileInput? input, FieldReader fields)
    {
        if (input is null || input == new ProfileInput()) return null;
        return new ServiceProfile
        {
            Sexes = Set(input.Sexes, "$.profile.sexes", fields),
            MinimumAge = Age(input.MinimumAge, 0, "$.profile.minimumAge", fields),
            MaximumAge = Age(input.MaximumAge, input.MinimumAge ?? 0, "$.profile.maximumAge", fields),
            WithChildren = input.WithChildren,
            Statuses = Served(input.Statuses, "$.profile.statuses", fields),
            Accessibility = Set(input.Accessibility, "$.profile.accessibility", fields),
            InterpreterLanguages = input.InterpreterLanguages is null ? null : fields.Languages(input.InterpreterLanguages, "$.profile.interpreterLanguages"),
            Accreditations = Set(input.Accreditations, "$.profile.accreditations", fields),
            AssuredOn = input is { AssuredOn: null, AssuredBy: null } ? null : fields.Date(input.AssuredOn, "$.profile.assuredOn"),
            AssuredBy = input is { AssuredOn: null, AssuredBy: null } ? null : fields.Required(input.AssuredBy, "$.profile.assuredBy"),
            OnCall = input.OnCall is not { } line ? null : new OnCall
            {
                Phone = fields.Phone(line.Phone, "$.profile.onCall.phone"),
                Hours = fields.Hours(line.Hours, "$.profile.onCall.hours"),
            },
        };
    }

    private static T[]? Set<T>(T[]? codes, string field, FieldReader fields) where T : struct, Enum =>
        codes is null ? null : fields.Set(codes, field, 1, Enum.GetValues<T>().Length);

    private static VictimStatus[]? Served(VictimStatus[]? statuses, string field, FieldReader fields) =>
        statuses is not null && statuses.Any(status => status is VictimStatus.NotConfirmed or VictimStatus.Ended)
            ? fields.Fail<VictimStatus[]>(ServiceErrors.StatusNotServed)
            : Set(statuses, field, fields);

    private static int? Age(int? age, int least, string field, FieldReader fields) =>
        age is null ? null : age >= least && age <= OldestAge ? age : fields.Fail<int?>(ServiceErrors.Age(field));
}
