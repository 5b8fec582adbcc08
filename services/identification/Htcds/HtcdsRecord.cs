using System.Globalization;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Htcds;

/// <summary>
/// One screening or one conferred status as HTCDS has it. Holds pseudonyms and codes: no name, no decision's reference, no place, no free text.
/// What the standard cannot say stands under names of our own.
/// </summary>
public sealed record HtcdsRecord
{
    public required SubjectRef Subject { get; init; }

    /// <summary>The screening; none for a status.</summary>
    public required ScreeningId? Screening { get; init; }

    /// <summary>The version of the status; none for a screening.</summary>
    public required int? Version { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>A screening concludes nothing, so it has none.</summary>
    public required string? TraffickingStatus { get; init; }
    public required string? DecisionMakingOrg { get; init; }
    public required string[] MethodsOfControl { get; init; }
    public required string[] TypeOfExploitation { get; init; }

    /// <summary>Of the agency whose export it is.</summary>
    public required string? OrganisationType { get; init; }

    /// <summary>Ours, with the tiers that the standard lacks.</summary>
    public required VictimStatus? Status { get; init; }
    public required AgeBand AgeBand { get; init; }
    public required string? Set { get; init; }
    public required int? SetVersion { get; init; }
    public required string[] Observed { get; init; }

    /// <summary>ISO 639-2. Of the talk, which need not be the person's first.</summary>
    public required string? Language { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Screening is null ? "Standing" : "Screening";
}

/// <summary>A column of the export: one text or none, or several codes.</summary>
internal sealed record HtcdsColumn(string Name, Func<HtcdsRecord, string?>? One, Func<HtcdsRecord, string[]>? Many = null)
{
    /// <summary>All, in the order of the table.</summary>
    public static HtcdsColumn[] All { get; } =
    [
        new("tiltas_Subject", record => record.Subject.ToString()),
        new("tiltas_Record", record => record.ToString()),
        new("tiltas_RecordRef", record => record.Screening?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"{record.Subject}/{record.Version}")),
        new("tiltas_RecordedAt", record => record.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        new(HtcdsTable.TraffickingStatus, record => record.TraffickingStatus),
        new(HtcdsTable.DecisionMakingOrg, record => record.DecisionMakingOrg),
        new(HtcdsTable.MethodsOfControl, null, record => record.MethodsOfControl),
        new(HtcdsTable.TypeOfExploitation, null, record => record.TypeOfExploitation),
        new(HtcdsTable.OrganisationType, record => record.OrganisationType),
        new("tiltas_VictimStatus", record => record.Status?.ToString()),
        new("tiltas_AgeBand", record => record.AgeBand.ToString()),
        new("tiltas_IndicatorSet", record => record.Set is { } set ? string.Create(CultureInfo.InvariantCulture, $"{set}/{record.SetVersion}") : null),
        new("tiltas_Indicators", null, record => record.Observed),
        new("tiltas_LanguageOfTalk", record => record.Language),
    ];
}
