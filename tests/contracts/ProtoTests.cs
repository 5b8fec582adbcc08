using Tiltas.Contracts.Codes;
using Tiltas.TestKit;
using Published = Tiltas.Protos.Codes.V1;

namespace Tiltas.Contracts.Tests;

/// <summary>The published interface: well formed, never broken, and of one mind with the code lists.</summary>
public sealed class ProtoTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "contracts", "protos");

    public static TheoryData<Type, Type> Lists => new()
    {
        { typeof(AgencyType), typeof(Published.AgencyType) }, { typeof(AgencyStanding), typeof(Published.AgencyStanding) }, { typeof(Need), typeof(Published.Need) },
        { typeof(DataClass), typeof(Published.DataClass) }, { typeof(Purpose), typeof(Published.Purpose) }, { typeof(Urgency), typeof(Published.Urgency) },
        { typeof(DeclineCode), typeof(Published.DeclineCode) }, { typeof(Outcome), typeof(Published.Outcome) }, { typeof(WithdrawReason), typeof(Published.WithdrawReason) },
        { typeof(ReferralStatus), typeof(Published.ReferralStatus) }, { typeof(Clock), typeof(Published.Clock) }, { typeof(VictimStatus), typeof(Published.VictimStatus) },
        { typeof(AgeBand), typeof(Published.AgeBand) }, { typeof(Observation), typeof(Published.Observation) }, { typeof(DefinitionElement), typeof(Published.DefinitionElement) },
        { typeof(ExploitationType), typeof(Published.ExploitationType) }, { typeof(ControlMethod), typeof(Published.ControlMethod) },
        { typeof(Entitlement), typeof(Published.Entitlement) }, { typeof(ConsentForm), typeof(Published.ConsentForm) }, { typeof(NoticeKind), typeof(Published.NoticeKind) },
        { typeof(Sex), typeof(Published.Sex) }, { typeof(AccessNeed), typeof(Published.AccessNeed) }, { typeof(Accreditation), typeof(Published.Accreditation) },
        { typeof(TerminationEffect), typeof(Published.TerminationEffect) }, { typeof(SuspensionReason), typeof(Published.SuspensionReason) }, { typeof(ReflectionState), typeof(Published.ReflectionState) },
        { typeof(ResidenceStatus), typeof(Published.ResidenceStatus) }, { typeof(InformationForm), typeof(Published.InformationForm) }, { typeof(InformedParty), typeof(Published.InformedParty) }, { typeof(GapKind), typeof(Published.GapKind) },
    };

    [Fact]
    public Task Protos_KeepTheLintRules() => Buf("lint", "contracts/protos");

    [Fact]
    public Task Protos_AreFormatted() => Buf("format", "contracts/protos", "--diff", "--exit-code");

    // A published field keeps its number, name and type. To land an addition: tests/contracts/protos/land.sh
    [Fact]
    public Task Protos_BreakNothingThatHasLanded() => Buf("breaking", "contracts/protos", "--against", "tests/contracts/protos/landed.binpb");

    [Fact]
    public async Task LandedProtos_HoldAllThatIsPublished()
    {
        var (code, output) = await Run("breaking", "tests/contracts/protos/landed.binpb", "--against", "contracts/protos");
        Assert.True(code == 0, "Something was added and not landed; run tests/contracts/protos/land.sh and commit its result.\n" + output);
    }

    [Theory, MemberData(nameof(Lists))]
    public void CodeList_AndItsProto_HaveTheSameNames(Type codes, Type proto) =>
        Assert.Equal(Enum.GetNames(codes).Order(StringComparer.Ordinal), Enum.GetNames(proto).Where(name => name != "Unspecified").Order(StringComparer.Ordinal));

    [Fact]
    public void EveryCodeList_IsCompared()
    {
        var lists = typeof(Need).Assembly.GetExportedTypes().Where(type => type.IsEnum && type.Namespace == typeof(Need).Namespace);
        Assert.Empty(lists.Except(Lists.Select(row => row.Data.Item1)));
    }

    private static async Task Buf(params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        Assert.True(code == 0, output);
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        await Npm.Install(Folder, TestContext.Current.CancellationToken);
        return await Npm.Run(Path.Combine(Folder, "node_modules", ".bin", "buf"), arguments, Repository.Root, TestContext.Current.CancellationToken);
    }
}
