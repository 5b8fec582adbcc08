using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Memoranda.Rules;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Codes.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Parts of memoranda, and what they permit, in the shapes of the published API.</summary>
internal static class MemorandumShapes
{
    public static Proto.Clause Of(Contracts.Clause clause) => new()
    {
        Number = clause.Number.Value,
        DataClasses = { clause.DataClasses.ToProtos<Contracts.Codes.DataClass, DataClass>() },
        Purposes = { clause.Purposes.ToProtos<Contracts.Codes.Purpose, Purpose>() },
        Needs = { clause.Needs.ToProtos<Contracts.Codes.Need, Need>() },
        FromAgencyIds = { (clause.From ?? []).Select(agency => agency.Value) },
        ToAgencyIds = { (clause.To ?? []).Select(agency => agency.Value) },
    };

    public static Proto.MemorandumSuspension Of(Contracts.Suspension suspension) => new()
    {
        AgencyId = suspension.By.Value, Reason = suspension.Reason.ToProto<SuspensionReason>(), From = suspension.From.ToProto(), At = suspension.At.ToProto(),
    };

    public static Proto.ExplainPermittedResponse Of(ExplainPermitted.Answer answer) => new() { On = answer.On.ToProto(), Rulings = { answer.DataClasses.Select(Of) } };

    private static Proto.Ruling Of(Ruling ruling) => new()
    {
        DataClass = ruling.DataClass.ToProto<DataClass>(),
        Allowed = ruling.Allowed,
        By = { ruling.By.Select(basis => new Proto.ClauseReference { MemorandumId = basis.Memorandum.Value, Version = basis.Version, Clause = basis.Clause.Value }) },
        Nearest = { ruling.Nearest.Select(Of) },
    };

    private static Proto.NearMiss Of(NearMiss miss) => new()
    {
        Clause = miss is not { Memorandum: { } memorandum, Clause: { } clause } ? null : new Proto.ClauseReference
        {
            MemorandumId = memorandum.Value, Version = miss.Version ?? 0, Clause = clause.Value, DraftRevision = miss.Revision ?? 0,
        },
        Lacks = { miss.Lacks.Select(lack => new Proto.Lack { Code = lack.Code.ToString(), Day = lack.Day.ToProto(), AgencyIds = { (lack.Agencies ?? []).Select(agency => agency.Value) } }) },
    };
}
