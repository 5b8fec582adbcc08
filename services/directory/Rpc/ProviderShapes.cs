using System.Globalization;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Matching;
using Tiltas.Hosting.Rpc;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>The search for providers in the shapes of the published API.</summary>
internal static class ProviderShapes
{
    public static SearchProviders.Request Of(Proto.FindProvidersRequest request) => new()
    {
        Need = RpcRequest.Code<Need>(request.Need, "need"),
        Place = request.Place,
        Purpose = RpcRequest.Code<Purpose>(request.Purpose, "purpose"),
        Traits = request.Traits is not { } traits ? null : new SearchProviders.TraitsInput
        {
            Sex = RpcRequest.CodeOrNone<Sex>(traits.Sex, "traits.sex"),
            AgeBand = RpcRequest.CodeOrNone<AgeBand>(traits.AgeBand, "traits.age_band"),
            WithChildren = traits.WithChildren,
            Status = RpcRequest.CodeOrNone<VictimStatus>(traits.Status, "traits.status"),
            Accessibility = RpcRequest.Codes<AccessNeed, Protos.Codes.V1.AccessNeed>(traits.Accessibility, "traits.accessibility"),
            Languages = [.. traits.Languages],
        },
        At = request.At is not { } at ? null : Moment(at),
        OnlySuitable = request.OnlySuitable,
        Limit = request.Limit == 0 ? null : request.Limit,
    };

    public static Proto.FindProvidersResponse Of(SearchProviders.Answer answer) => new()
    {
        At = answer.At.ToProto(),
        Suitable = { answer.Suitable.Select(Of) },
        SuitableCount = answer.SuitableCount,
        NotSuitable = { (answer.NotSuitable ?? []).Select(Of) },
        NotSuitableCount = answer.NotSuitableCount,
    };

    // What cannot be a moment is left as it is: the search says what is expected instead.
    private static string Moment(Google.Protobuf.WellKnownTypes.Timestamp at) =>
        at.Seconds is >= -62135596800 and <= 253402300799 && at.Nanos is >= 0 and <= 999_999_999
            ? at.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : "";

    private static Proto.Provider Of(SearchProviders.Provider provider) => new()
    {
        ServiceId = provider.Service.Value,
        AgencyId = provider.Agency.Value,
        Name = { provider.Name },
        Tier = provider.Tier.ToProto<Proto.ProviderTier>(),
        Open = provider.Open,
        OpensAt = provider.OpensAt.ToProto(),
        OnCallPhone = provider.OnCall?.Phone ?? "",
        OnCallHours = provider.OnCall?.Hours.Text ?? "",
        Places = provider.Places is not { } places ? null : new Proto.ProviderPlaces { Total = places.Total, Free = places.Free, UpdatedAt = places.UpdatedAt.ToProto() },
        MemorandumId = provider.Memorandum?.Value ?? "",
        AssuredOn = provider.AssuredOn.ToProto(),
        ReasonsFor = { provider.For.Select(Of) },
        ReasonsAgainst = { provider.Against.Select(Of) },
    };

    private static Proto.MatchReason Of(SearchProviders.Reason reason) => new()
    {
        Code = reason.Code.ToString(), Excludes = reason.Excludes, Words = { { "lt", reason.Words.Lt }, { "en", reason.Words.En } },
    };
}
