using System.Collections.Frozen;
using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Directory.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Keeping the directory over gRPC: the same use cases as over HTTP. Here are agencies and services.</summary>
internal sealed partial class AdministrationRpc(
    DirectoryStore db, OutboxBell bell, Country country, CountryTime calendar, Provision provision, TimeProvider time) : Administration.AdministrationBase
{
    private static readonly FrozenSet<string> GivenToAgencies = ["agency_id", "version", "changed_at"];
    private static readonly FrozenSet<string> GivenToServices = ["service_id", "version", "changed_at", "withdrawn_at"];
    private static readonly Names Agencies = new("agency", ("id", "agency_id"));
    private static readonly Names Services = new("service", ("id", "service_id"), ("agency", "agency_id"), ("on_call", "on_call_"));

    public override async Task<UpdateAgencyResponse> UpdateAgency(UpdateAgencyRequest request, ServerCallContext context)
    {
        var wanted = request.Agency ?? throw Missing("agency");
        var (id, caller, stop) = (Id(wanted.AgencyId, "agency.agency_id"), context.Caller(), context.CancellationToken);
        var mask = UpdateMask.Of(request.UpdateMask, Proto.Agency.Descriptor, GivenToAgencies);
        var updated = await Update(mask is null, request.AllowMissing, AgencyErrors.NotFound,
            async () => (await ChangeAgency.Handle(id, current => RecordInputs.Of(mask is null ? wanted : mask.Apply(wanted, Shapes.Of(current))), caller, db, bell, country, time, stop)).Record,
            async () => (await RegisterAgency.Handle(id, RecordInputs.Of(wanted), caller, db, country, time, stop)).Record);
        return new() { Agency = Shapes.Of(Agencies.OrThrow(updated)) };
    }

    public override async Task<SuspendAgencyResponse> SuspendAgency(SuspendAgencyRequest request, ServerCallContext context) =>
        new() { Agency = await ChangeStandingOf(request.AgencyId, AgencyStanding.Suspended, request.Reason, context) };

    public override async Task<ResumeAgencyResponse> ResumeAgency(ResumeAgencyRequest request, ServerCallContext context) =>
        new() { Agency = await ChangeStandingOf(request.AgencyId, AgencyStanding.Active, request.Reason, context) };

    public override async Task<RemoveAgencyResponse> RemoveAgency(RemoveAgencyRequest request, ServerCallContext context) =>
        new() { Agency = await ChangeStandingOf(request.AgencyId, AgencyStanding.Removed, request.Reason, context) };

    public override async Task<UpdateServiceResponse> UpdateService(UpdateServiceRequest request, ServerCallContext context)
    {
        var wanted = request.Service ?? throw Missing("service");
        var (id, caller, stop) = (Id(wanted.ServiceId, "service.service_id"), context.Caller(), context.CancellationToken);
        var mask = UpdateMask.Of(request.UpdateMask, Proto.Service.Descriptor, GivenToServices);
        var updated = await Update(mask is null, request.AllowMissing, ServiceErrors.NotFound,
            async () => (await ChangeService.Handle(
                id, current => RecordInputs.Of(mask is null ? wanted : mask.Apply(wanted, Shapes.Of(current))), caller, db, bell, country, calendar, time, stop)).Record,
            async () => (await OfferService.Handle(id, RecordInputs.Of(wanted), caller, db, country, calendar, time, stop)).Record);
        return new() { Service = Shapes.Of(Services.OrThrow(updated)) };
    }

    public override async Task<WithdrawServiceResponse> WithdrawService(WithdrawServiceRequest request, ServerCallContext context) =>
        new() { Service = Shapes.Of((await Directory.Services.WithdrawService.Handle(Id(request.ServiceId, "service_id"), context.Caller(), db, time, context.CancellationToken)).OrThrow()) };

    private async Task<Proto.Agency> ChangeStandingOf(string agency, AgencyStanding standing, Proto.StandingReason reason, ServerCallContext context) =>
        Shapes.Of((await ChangeStanding.Handle(Id(agency, "agency_id"), standing, new() { Reason = RpcRequest.CodeOrNone<Directory.Agencies.StandingReason>(reason, "reason") },
            context.Caller(), db, time, context.CancellationToken)).OrThrow());

    /// <summary>An update as AIP-134 has it: a change of what is there; where it may be missing, the whole record is put, which the use case knows as one step.</summary>
    private static async Task<Result<T>> Update<T>(bool whole, bool allowMissing, Error missing, Func<Task<Result<T>>> change, Func<Task<Result<T>>> put)
    {
        if (whole && allowMissing) return await put();
        var changed = await change();
        return allowMissing && changed.Error == missing ? await put() : changed;
    }

    private static string Id(string text, string field) => Slug.TryParse<AgencyId>(text, out _) ? text : throw RpcProblem.Of(FieldErrors.Id with { Field = field }, named: true);

    private static Page PageOf(int size, string token) =>
        new(RpcRequest.PageSize(size, Page.Usual, Page.Most), RpcRequest.SlugOrNone<AgencyId>(token, "page_token")?.Value ?? "");

    private static RpcException Missing(string field) => RpcProblem.Of(FieldErrors.Missing(field), named: true);

    /// <summary>How a record is called in its request, and which of its members otherwise than over HTTP.</summary>
    private sealed class Names(string record, params (string Json, string Proto)[] names)
    {
        private readonly Dictionary<string, string> _names = names.ToDictionary(name => name.Json, name => name.Proto, StringComparer.Ordinal);

        public T OrThrow<T>(Result<T> result) => result.Error is { } error ? throw RpcProblem.Of(error.Within(record, _names), named: true) : result.Value;
    }
}
