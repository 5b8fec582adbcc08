using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;

namespace Tiltas.Identification.Tests;

public sealed class EntitlementTests
{
    private static readonly EntitlementTable Table = EntitlementFile.Read(Path.Combine(Kit.CountryFolder, "entitlements.yaml"));

    private const string Formal = "NgoSupport CaseInformation PresentEvidence Complaints CompensationFromTrafficker CompensationFromStateFund LegalAid RemoteTestimony";

    [Theory]
    [InlineData(VictimStatus.Suspected, "NgoSupport")]
    [InlineData(VictimStatus.Presumed, "NgoSupport ReflectionPeriod")]
    [InlineData(VictimStatus.Recognised, Formal)]
    [InlineData(VictimStatus.NotConfirmed, "NgoSupport")]
    [InlineData(VictimStatus.Ended, "NgoSupport")]
    public void For_EachTierAndAge_GivesTheTableAndForAChildMore(VictimStatus status, string expected)
    {
        foreach (var age in Enum.GetValues<AgeBand>())
        {
            var child = age is AgeBand.Under9 or AgeBand.From9To17;
            var all = expected.Split(' ').Concat(child ? ["ChildFriendlyInterview", "RemoteTestimony"] : []).Distinct().Order();
            Assert.Equal(all, Table.For(status, age, ResidenceStatus.Citizen).Select(item => item.Entitlement.ToString()).Order());
        }
    }

    [Fact]
    public void For_NobodyWithoutAStanding_EvenAChild() => Assert.Empty(Table.For(null, AgeBand.Under9, ResidenceStatus.IrregularStay));

    [Fact]
    public void For_GivenTwice_StandsOnceWithBothReasonsAndSources()
    {
        var testimony = Assert.Single(Table.For(VictimStatus.Recognised, AgeBand.From9To17, ResidenceStatus.Unknown), item => item.Entitlement == Entitlement.RemoteTestimony);
        Assert.Equal(["Recognised", "Child"], testimony.Because);
        Assert.Equal(2, testimony.Sources.Length);
    }

    [Fact]
    public void For_EachEntitlement_NamesItsSource() =>
        Assert.All(Enum.GetValues<VictimStatus>().SelectMany(status => Table.InWords(status, AgeBand.Under9, ResidenceStatus.IrregularStay)),
            item =>
            {
                Assert.All(item.Sources, source => Assert.NotEmpty(source.Title));
                Assert.Equal(["en", "lt", "ru", "uk"], item.Text!.Keys);
                Assert.Equal(4, item.Text.Values.Distinct().Count());
            });

    [Theory]
    [InlineData(VictimStatus.Presumed, "PermanentResident TemporaryResident TemporaryProtection AsylumSeeker ShortStay IrregularStay", "")]
    [InlineData(VictimStatus.Recognised, "PermanentResident TemporaryResident TemporaryProtection AsylumSeeker ShortStay IrregularStay", "AsylumSeeker ShortStay IrregularStay")]
    [InlineData(VictimStatus.Suspected, "", "")]
    [InlineData(VictimStatus.NotConfirmed, "", "")]
    [InlineData(VictimStatus.Ended, "", "")]
    public void For_EachRightToStay_AddsHelpToReturnAndAPermit_AndSaysThatItCounts(VictimStatus status, string helpToReturn, string permit)
    {
        foreach (var residence in Enum.GetValues<ResidenceStatus>())
        {
            var more = Table.For(status, AgeBand.From30To38, residence).Where(item => item.Because.Contains("Residence")).ToList();
            Assert.Equal(helpToReturn.Split(' ').Contains(residence.ToString()), more.Exists(item => item.Entitlement == Entitlement.AssistedReturn));
            Assert.Equal(permit.Split(' ').Contains(residence.ToString()), more.Exists(item => item.Entitlement == Entitlement.TemporaryResidence));
            Assert.Equal(Table.For(status, AgeBand.From30To38, ResidenceStatus.Unknown).Count + more.Count, Table.For(status, AgeBand.From30To38, residence).Count);
        }
    }

    [Theory]
    [InlineData("  Ended: []\n", "", "field tiers: \"Ended\" is missing")]
    [InlineData("entitlement: NgoSupport", "entitlement: Holiday", "field tiers.Suspected[0].entitlement: a code of Entitlement is expected")]
    [InlineData("  Ended: []\n", "  Ended: []\n  Lost: []\n", "field tiers.Lost: is not known here")]
    [InlineData("date: \"2024-12-31\"", "date: yesterday", "field source.date: a date such as 2023-12-10 is expected")]
    [InlineData("entitlement: NgoSupport", "residence: []\n      entitlement: NgoSupport", "field tiers.Suspected[0].residence: at least one right to stay is expected")]
    [InlineData("entitlement: NgoSupport", "residence: [Anywhere]\n      entitlement: NgoSupport", "field tiers.Suspected[0].residence[0]: a code of ResidenceStatus is expected")]
    [InlineData("Complaints: {lt", "Protests: {lt", "field texts.Protests: is not known here")]
    [InlineData("LegalAid: {lt: a, en: b}", "LegalAid: {lt: a}", "field texts.LegalAid: \"en\" is missing")]
    [InlineData("lost: {lt: a, en: b}", "lost: {lt: a}", "field lost: \"en\" is missing")]
    [InlineData("version: 1", "version: 0", "line 1, field version: a whole number from 1 is expected")]
    public void Read_WrongFile_SaysWhereAndWhat(string what, string instead, string message)
    {
        var right = """
            version: 1
            source: {title: Study, date: "2024-12-31"}
            tiers:
              Suspected:
                - entitlement: NgoSupport
                  source: {title: Study, date: "2024-12-30"}
              Presumed: []
              Recognised: []
              NotConfirmed: []
              Ended: []
            child: []

            """ + "texts:\n" + string.Concat(Enum.GetNames<Entitlement>().Select(name => $"  {name}: {{lt: a, en: b}}\n")) + "lost: {lt: a, en: b}\n";
        using var folder = new TempFolder();
        EntitlementFile.Read(folder.Write("entitlements.yaml", right));

        var wrong = Assert.Throws<CountryDataException>(() => EntitlementFile.Read(folder.Write("entitlements.yaml", right.Replace(what, instead, StringComparison.Ordinal))));

        Assert.StartsWith("entitlements.yaml, line ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }
}
