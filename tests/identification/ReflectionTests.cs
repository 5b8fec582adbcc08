using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.ReflectionPeriods;

namespace Tiltas.Identification.Tests;

/// <summary>The rules of reflection periods without the service.</summary>
public sealed class ReflectionTests(ITestOutputHelper output)
{
    private static readonly ReflectionRules Rules = ReflectionRules.Read(Path.Combine(Kit.CountryFolder, "reflection.yaml"));
    private static readonly DateOnly First = new(2026, 2, 10);

    private static readonly ReflectionMove[] Moves =
    [
        new ReflectionMove.Start(), new ReflectionMove.Pause(PauseReason.HospitalCare), new ReflectionMove.Resume(), new ReflectionMove.Extend(20, ExtensionReason.DecisionPending),
        new ReflectionMove.Extend(0, ExtensionReason.DecisionPending), new ReflectionMove.Extend(int.MaxValue, ExtensionReason.RecoveryNotComplete),
        new ReflectionMove.End(ReflectionEnd.PersonDecided), new ReflectionMove.End(ReflectionEnd.RecordedInError), new ReflectionMove.End(ReflectionEnd.Elapsed),
    ];

    /// <summary>
    /// Random histories against days counted one by one: the oracle holds how many days were given and ticks one off each day that is not paused.
    /// </summary>
    [Fact]
    public void Histories_DrawnByChance_EndWhenTheDaysAreCountedOff()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var accepted = new Dictionary<string, int>();
        for (var history = 0; history < 20_000; history++)
        {
            var (period, today) = ((ReflectionPeriod)new ReflectionPeriod.None(), First.AddDays(random.Next(400)));
            var oracle = new Counted();
            for (var step = 0; step < 12; step++)
            {
                var move = Moves[random.Next(Moves.Length)];
                var facts = new ReflectionFacts(AgencyType.Police, random.Next(4) > 0, random.Next(2) == 0, today, Rules);
                var moved = period.Move(move, facts);
                var wanted = oracle.Allows(move, facts.IsEntitled, facts.IsPresumedAnew);
                Assert.True(wanted == moved.Error is null, $"seed {seed}: {move} on {today} from {period}: {moved.Error}");
                if (moved.Error is null)
                {
                    period = moved.Value;
                    oracle.Take(move);
                    accepted[move.GetType().Name] = accepted.GetValueOrDefault(move.GetType().Name) + 1;
                }
                Assert.Equal((oracle.State, oracle.Left), Told(period.On(today), today));
                for (var days = random.Next(25); days > 0; days--)
                {
                    today = today.AddDays(1);
                    oracle.Tick();
                    Assert.Equal((oracle.State, oracle.Left), Told(period.On(today), today));
                }
            }
        }
        Assert.All((string[])["Start", "Pause", "Resume", "Extend", "End"], move => Assert.True(accepted.GetValueOrDefault(move) > 100, move));
    }

    [Fact]
    public void Move_ByAnotherKindOfAgency_IsRefusedAndNamesWhoMay()
    {
        foreach (var type in Enum.GetValues<AgencyType>().Except(Rules.MayStart))
        {
            var refused = Assert.IsType<Hosting.Problems.Error.Forbidden>(new ReflectionPeriod.None().Move(new ReflectionMove.Start(), new(type, true, true, First, Rules)).Error);
            Assert.Equal("reflection-by-competent-authority:Start", refused.Rule);
            Assert.Equal(Rules.MayStart.Select(one => one.ToString()), refused.Missing);
        }
    }

    [Fact]
    public void LastDay_OfThirtyDays_IsTheThirtiethAfterTheFirst_AndBelongsToThePeriod()
    {
        var period = new ReflectionPeriod.None().Move(new ReflectionMove.Start(), new(AgencyType.Police, true, true, First, Rules)).Value;
        Assert.Equal(new ReflectionPeriod.Running(First, new DateOnly(2026, 3, 12), 30), period);
        Assert.Equal(ReflectionState.Running, period.On(new DateOnly(2026, 3, 12)).State);
        Assert.Equal(new ReflectionPeriod.Ended(First, new DateOnly(2026, 3, 12), ReflectionEnd.Elapsed, 30), period.On(new DateOnly(2026, 3, 13)));
    }

    [Fact]
    public void Reasons_AreThoseOfThePublishedApi()
    {
        Same<PauseReason, Protos.Codes.V1.PauseReason>();
        Same<ExtensionReason, Protos.Codes.V1.ExtensionReason>();
        Same<ReflectionEnd, Protos.Codes.V1.ReflectionEnd>();

        static void Same<TOurs, TPublished>() where TOurs : struct, Enum where TPublished : struct, Enum =>
            Assert.Equal(Enum.GetNames<TOurs>().Prepend("Unspecified"), Enum.GetNames<TPublished>());
    }

    [Theory]
    [InlineData("length: P30D", "length: 30", "field length: 1 to 3650 days are expected, such as P30D")]
    [InlineData("length: P30D", "length: P0D", "field length: 1 to 3650 days are expected")]
    [InlineData("longest: P90D", "longest: P29D", "field longest: is less than \"length\"")]
    [InlineData("  end: [Police]", "  end: []", "field by.end: at least one kind of agency is expected")]
    [InlineData("  end: [Police]", "  end: [Priest]", "field by.end[0]: a code of AgencyType is expected")]
    [InlineData("  end: [Police]\n", "", "field by: \"end\" is missing")]
    public void Read_WrongFile_SaysWhereAndWhat(string what, string instead, string message)
    {
        const string Right = """
            version: 1
            source: {title: Study, date: "2024-12-31"}
            length: P30D
            longest: P90D
            warnings: [P7D, P2D]
            by:
              start: [Police]
              pause: [Police]
              extend: [Police]
              end: [Police]

            """;
        using var folder = new TempFolder();
        ReflectionRules.Read(folder.Write("reflection.yaml", Right));
        Assert.Contains(what, Right, StringComparison.Ordinal);
        var wrong = Assert.Throws<CountryDataException>(() => ReflectionRules.Read(folder.Write("reflection.yaml", Right.Replace(what, instead, StringComparison.Ordinal))));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    private static (ReflectionState?, int?) Told(ReflectionPeriod period, DateOnly today) => (period.State, period switch
    {
        ReflectionPeriod.Running running => running.LastDay.DayNumber - today.DayNumber,
        ReflectionPeriod.Paused paused => paused.DaysLeft,
        _ => null,
    });

    /// <summary>Days as a person would cross them off on a wall.</summary>
    private sealed class Counted
    {
        private int _given;
        private bool _inError;

        public ReflectionState? State { get; private set; }
        public int? Left { get; private set; }

        public bool Allows(ReflectionMove move, bool entitled, bool anew) => (State, move) switch
        {
            (null or ReflectionState.Ended, ReflectionMove.Start) => entitled && (State is null || anew || _inError),
            (null or ReflectionState.Ended, _) or (_, ReflectionMove.Start) => false,
            (_, ReflectionMove.Extend extend) => extend.Days >= 1 && (long)_given + extend.Days <= 90,
            (_, ReflectionMove.End end) => end.Reason != ReflectionEnd.Elapsed,
            (ReflectionState.Running, ReflectionMove.Pause) or (ReflectionState.Paused, ReflectionMove.Resume) => true,
            _ => false,
        };

        public void Take(ReflectionMove move)
        {
            switch (move)
            {
                case ReflectionMove.Start: (State, Left, _given, _inError) = (ReflectionState.Running, 30, 30, false); break;
                case ReflectionMove.Pause: State = ReflectionState.Paused; break;
                case ReflectionMove.Resume: State = ReflectionState.Running; break;
                case ReflectionMove.Extend extend: (Left, _given) = (Left + extend.Days, _given + extend.Days); break;
                case ReflectionMove.End end: (State, Left, _inError) = (ReflectionState.Ended, null, end.Reason == ReflectionEnd.RecordedInError); break;
            }
        }

        public void Tick()
        {
            if (State != ReflectionState.Running) return;
            Left--;
            if (Left < 0) (State, Left, _inError) = (ReflectionState.Ended, null, false);
        }
    }
}
