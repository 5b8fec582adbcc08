using Tiltas.Contracts;
using Tiltas.Hosting.Rpc;
using Tiltas.Identification.Country;
using Tiltas.Identification.Htcds;
using Tiltas.Identification.ReflectionPeriods;
using Tiltas.Identification.Screenings;
using Tiltas.Protos.Codes.V1;
using Codes = Tiltas.Contracts.Codes;
using Proto = Tiltas.Protos.Identification.V1;

namespace Tiltas.Identification.Rpc;

/// <summary>What identification knows in the shapes of the published API. Absent texts are empty.</summary>
internal static partial class Shapes
{
    public static Proto.IndicatorSet Of(IndicatorSet set) => new()
    {
        SetId = set.Id, Version = set.Version, Title = { set.Title }, Population = set.Population.ToProto<Tiltas.Protos.Codes.V1.Population>(), Source = Of(set.Source),
        Indicators = { set.Indicators.Select(indicator => Of(indicator.Code, indicator.Element, indicator.Exploitation, indicator.Text)) },
    };

    public static Proto.Fired Of(Fired fired) => new() { Indicator = Of(fired.Indicator, fired.Element, fired.Exploitation, fired.Text) };

    public static IEnumerable<Proto.CoveredElement> Of(Covered covered) =>
    [
        Of(DefinitionElement.Act, covered.Act), Of(DefinitionElement.Means, covered.Means),
        Of(DefinitionElement.Purpose, covered.Purpose), Of(DefinitionElement.Sign, covered.Sign),
    ];

    public static Proto.BorderPoint Of(BorderPoint point) => new()
    {
        BorderPointId = point.Id, Name = { point.Name }, Source = Of(point.Source), Illustrative = point.Illustrative ?? "",
    };

    public static Proto.ScreeningTopic Of(ReadTopics.Topic topic) => new()
    {
        SetId = topic.Set, SetVersion = topic.SetVersion, Title = { topic.Title }, Element = topic.Element.ToProto<DefinitionElement>(), Text = { topic.Text },
        Whole = topic.Whole, Times = topic.Times, LastAt = topic.LastAt.ToProto(),
    };

    public static Proto.Screening Of(ReadScreening.Screening screening)
    {
        var shape = Whole(screening);
        if (screening.Interpreter is { } interpreter) shape.Interpreter = interpreter;
        return shape;
    }

    private static Proto.Screening Whole(ReadScreening.Screening screening) => new()
    {
        ScreeningId = screening.ScreeningId.ToString(),
        SubjectRef = screening.Subject.ToString(),
        SetId = screening.Set,
        SetVersion = screening.SetVersion,
        AgeBand = screening.AgeBand.ToProto<AgeBand>(),
        Place = screening.Place ?? "",
        Language = screening.Language ?? "",
        RecordedAt = screening.At.ToProto(),
        Answers = { screening.Answers.Select(answer => new Proto.ScreeningAnswer { Indicator = answer.Indicator, Observation = answer.Observation.ToProto<Observation>() }) },
        Explanation = { screening.Explanation.Select(Of) },
        Covered = { Of(screening.Covered) },
    };

    public static Proto.HtcdsRecord Of(HtcdsRecord record)
    {
        var shape = new Proto.HtcdsRecord
        {
            SubjectRef = record.Subject.ToString(),
            RecordedAt = record.At.ToProto(),
            TraffickingStatus = record.TraffickingStatus ?? "",
            TraffickingStatusDecisionMakingOrg = record.DecisionMakingOrg ?? "",
            MethodsOfControl = { record.MethodsOfControl },
            TypeOfExploitation = { record.TypeOfExploitation },
            OrganisationType = record.OrganisationType ?? "",
            VictimStatus = record.Status?.ToProto<VictimStatus>() ?? VictimStatus.Unspecified,
            AgeBand = record.AgeBand.ToProto<AgeBand>(),
            SetId = record.Set ?? "",
            SetVersion = record.SetVersion ?? 0,
            Indicators = { record.Observed },
            LanguageOfTalk = record.Language ?? "",
        };
        if (record.Screening is { } screening) shape.ScreeningId = screening.ToString();
        if (record.Version is { } version) shape.StandingVersion = version;
        return shape;
    }

    public static Proto.ReflectionPeriod Of(SubjectRef subject, ChangeReflection.Changed changed) =>
        Period(subject, changed.State, changed.Version, changed.StartedOn, changed.LastDay, changed.DaysLeft);

    public static Proto.GetReflectionPeriodResponse Of(ReadReflection.Period period) => new()
    {
        ReflectionPeriod = Period(period.Subject, period.State, period.Version, period.StartedOn, period.LastDay, period.DaysLeft),
        EndedOn = period.EndedOn.ToProto(), EndReason = period.EndReason?.ToProto<Tiltas.Protos.Codes.V1.ReflectionEnd>() ?? Tiltas.Protos.Codes.V1.ReflectionEnd.Unspecified, Days = period.Days ?? 0,
        History =
        {
            period.History.Select(step => new Proto.ReflectionStep
            {
                Version = step.Version, State = step.State.ToProto<ReflectionState>(), Reason = step.Reason ?? "", AgencyId = step.By?.Value ?? "", ChangedAt = step.At.ToProto(),
            }),
        },
        Length = period.Rules.Length, Longest = period.Rules.Longest, Source = Of(period.Rules.Source), Illustrative = period.Rules.Illustrative ?? "",
    };

    private static Proto.ReflectionPeriod Period(SubjectRef subject, Codes.ReflectionState? state, int version, DateOnly? started, DateOnly? lastDay, int? daysLeft)
    {
        var period = new Proto.ReflectionPeriod
        {
            SubjectRef = subject.ToString(), State = state?.ToProto<ReflectionState>() ?? ReflectionState.Unspecified, Version = version,
            StartedOn = started.ToProto(), LastDay = lastDay.ToProto(),
        };
        if (daysLeft is { } left) period.DaysLeft = left;
        return period;
    }

    private static Proto.CoveredElement Of(DefinitionElement element, CoveredElement covered) => new()
    {
        Element = element, Required = covered.Required, Observed = { covered.Observed }, NotObserved = { covered.NotObserved },
        NotAsked = { covered.NotAsked }, Text = { covered.Text },
    };

    private static Proto.Indicator Of(string code, Codes.DefinitionElement element, Codes.ExploitationType[] exploitation, SortedDictionary<string, string> text) => new()
    {
        Code = code, Element = element.ToProto<DefinitionElement>(), Exploitation = { exploitation.ToProtos<Codes.ExploitationType, ExploitationType>() }, Text = { text },
    };

    public static Proto.Source Of(DataSource source) => new() { Title = source.Title, Date = source.Date.ToProto(), Url = source.Url ?? "" };
}
