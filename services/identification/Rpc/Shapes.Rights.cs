using Tiltas.Contracts;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Information;
using Tiltas.Identification.Statuses;
using Tiltas.Protos.Codes.V1;
using Codes = Tiltas.Contracts.Codes;
using Proto = Tiltas.Protos.Identification.V1;

namespace Tiltas.Identification.Rpc;

/// <summary>Standings and what follows from them.</summary>
internal static partial class Shapes
{
    public static Proto.Standing Of(SubjectRef subject, ChangedStanding changed) =>
        Standing(subject, changed.Status, changed.Version, changed.AgeBand, changed.Residence, changed.Entitlements);

    public static Proto.GetStatusResponse Of(ReadStatus.Standing standing) => new()
    {
        Standing = Standing(standing.Subject, standing.Status, standing.Version, standing.AgeBand, standing.Residence, []),
        History =
        {
            standing.History.Select(step => new Proto.StandingStep
            {
                Version = step.Version,
                Status = step.Status.ToProto<VictimStatus>(),
                AgencyId = step.By.Value,
                ChangedAt = step.At.ToProto(),
                DecidedOn = step.DecidedOn.ToProto(),
                Reason = step.Reason?.ToProto<Tiltas.Protos.Codes.V1.EndReason>() ?? Tiltas.Protos.Codes.V1.EndReason.Unspecified,
                DecisionReference = step.DecisionReference ?? "",
                ToldBy = step.ToldBy?.Value ?? "",
                Confers = step.Confers,
            }),
        },
    };

    public static Proto.GetEntitlementsResponse Of(ReadEntitlements.Held held) => new()
    {
        Standing = Standing(held.Subject, held.Status, held.Version, held.AgeBand, held.Residence, held.Entitlements), TableVersion = held.TableVersion,
        TableSource = Of(held.TableSource), Illustrative = held.Illustrative ?? "",
    };

    public static Proto.GetInformationResponse Of(ReadInformation.Answer answer) => new()
    {
        Version = answer.Version,
        Owed =
        {
            answer.Owed.Select(owed => new Proto.OwedInformation
            {
                Entitlement = owed.Entitlement.ToProto<Entitlement>(), Held = owed.Held, Since = owed.Since.ToProto(), DueBy = owed.DueBy.ToProto(),
                OwedBy = owed.OwedBy.Value, Late = owed.Late, Text = { owed.Text },
            }),
        },
        Given =
        {
            answer.Given.Select(given => new Proto.GivenInformation
            {
                InformationId = given.InformationId.ToString(), AgencyId = given.By.Value, GivenAt = given.At.ToProto(), Version = given.Version,
                Entitlements = { given.Entitlements.ToProtos<Codes.Entitlement, Entitlement>() }, Language = given.Language, Interpreter = given.Interpreter,
                Form = given.Form.ToProto<InformationForm>(), To = given.To.ToProto<InformedParty>(),
            }),
        },
        Languages = { answer.Languages },
        Source = Of(answer.Source), Illustrative = answer.Illustrative ?? "",
    };

    public static Proto.Gap Of(ListGaps.Gap gap) => new()
    {
        GapId = gap.GapId.ToString(), SubjectRef = gap.Subject.ToString(), Kind = gap.Kind.ToProto<GapKind>(), OwedBy = gap.OwedBy.Value,
        Since = gap.Since.ToProto(), OpenedAt = gap.OpenedAt.ToProto(), Text = { gap.Text }, Source = Of(gap.Source), Illustrative = gap.Illustrative ?? "",
    };

    private static Proto.Standing Standing(
        SubjectRef subject, Codes.VictimStatus? status, int version, Codes.AgeBand age, Codes.ResidenceStatus? residence, IReadOnlyList<Entitled> entitlements) => new()
    {
        SubjectRef = subject.ToString(),
        Status = status?.ToProto<VictimStatus>() ?? VictimStatus.Unspecified,
        Version = version,
        AgeBand = age.ToProto<AgeBand>(),
        Residence = residence?.ToProto<ResidenceStatus>() ?? ResidenceStatus.Unspecified,
        Entitlements = { entitlements.Select(Of) },
    };

    private static Proto.Entitled Of(Entitled item)
    {
        var shape = new Proto.Entitled { Entitlement = item.Entitlement.ToProto<Entitlement>(), Because = { item.Because }, Sources = { item.Sources.Select(Of) } };
        if (item.Text is { } text) shape.Text.Add(text);
        return shape;
    }
}
