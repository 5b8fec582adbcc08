using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;

namespace Tiltas.Contracts.Tests;

/// <summary>What to do when one of these fails: see <see cref="Wire"/>.</summary>
public sealed class DirectoryMessageTests
{
    private const string AgencyJson = """
        { "agency": "lt-kopzi", "version": 3, "type": "Ngo", "standing": "Active", "municipality": "LT-15", "competence": ["LT"], "at": "2026-03-01T12:30:15.25+00:00" }
        """;

    private const string ServiceJson = """
        { "service": "lt-caritas-shelter", "version": 2, "agency": "lt-caritas", "need": "Shelter", "areas": ["LT-KU", "LT-15"], "at": "2026-03-01T12:30:15.25+00:00" }
        """;

    [Fact]
    public void AgencyRegistered_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new AgencyRegistered
        {
            Agency = Wire.Agency("lt-kopzi"), Version = 3, Type = AgencyType.Ngo, Standing = AgencyStanding.Active, Municipality = "LT-15", Competence = ["LT"], At = Wire.At,
        },
        "urn:tiltas:directory:agency-registered:v1", "tiltas.directory.v1.agency-registered", AgencyJson);

    [Fact]
    public void AgencyChanged_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new AgencyChanged
        {
            Agency = Wire.Agency("lt-kopzi"), Version = 3, Type = AgencyType.Ngo, Standing = AgencyStanding.Active, Municipality = "LT-15", Competence = ["LT"], At = Wire.At,
        },
        "urn:tiltas:directory:agency-changed:v1", "tiltas.directory.v1.agency-changed", AgencyJson);

    [Fact]
    public void ServiceOffered_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ServiceOffered
        {
            Service = ServiceId.From("lt-caritas-shelter"), Version = 2, Agency = Wire.Agency("lt-caritas"), Need = Need.Shelter, Areas = ["LT-KU", "LT-15"], At = Wire.At,
        },
        "urn:tiltas:directory:service-offered:v1", "tiltas.directory.v1.service-offered", ServiceJson);

    [Fact]
    public void ServiceWithdrawn_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ServiceWithdrawn
        {
            Service = ServiceId.From("lt-caritas-shelter"), Version = 2, Agency = Wire.Agency("lt-caritas"), Need = Need.Shelter, Areas = ["LT-KU", "LT-15"], At = Wire.At,
        },
        "urn:tiltas:directory:service-withdrawn:v1", "tiltas.directory.v1.service-withdrawn", ServiceJson);

    [Fact]
    public void MemorandumInForce_OpenEnded_LeavesTheLastDayOut() => Wire.IsWritten(
        new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-kopzi-caritas"), Version = 1, Parties = [Wire.Agency("lt-kopzi"), Wire.Agency("lt-caritas")],
            DataClasses = [DataClass.Identity, DataClass.SafeContact], Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = null, At = Wire.At,
        },
        "urn:tiltas:directory:memorandum-in-force:v1", "tiltas.directory.v1.memorandum-in-force",
        """
        { "memorandum": "lt-mou-kopzi-caritas", "version": 1, "parties": ["lt-kopzi", "lt-caritas"], "dataClasses": ["Identity", "SafeContact"],
          "purposes": ["Assistance"], "needs": [], "validFrom": "2025-01-01", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void MemorandumEnded_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new MemorandumEnded
        {
            Memorandum = MemorandumId.From("lt-mou-kopzi-caritas"), Version = 2, Parties = [Wire.Agency("lt-kopzi"), Wire.Agency("lt-caritas")],
            DataClasses = [DataClass.Identity], Purposes = [Purpose.Assistance, Purpose.Protection], Needs = [Need.Shelter], ValidFrom = new(2025, 1, 1), ValidTo = new(2026, 2, 28), At = Wire.At,
        },
        "urn:tiltas:directory:memorandum-ended:v1", "tiltas.directory.v1.memorandum-ended",
        """
        { "memorandum": "lt-mou-kopzi-caritas", "version": 2, "parties": ["lt-kopzi", "lt-caritas"], "dataClasses": ["Identity"],
          "purposes": ["Assistance", "Protection"], "needs": ["Shelter"], "validFrom": "2025-01-01", "validTo": "2026-02-28", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    /// <summary>Two clauses: the lists of old readers say nothing rather than too much.</summary>
    [Fact]
    public void MemorandumInForce_WithClausesAndASuspension_IsAsAgreed() => Wire.IsWritten(
        new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-kopzi-caritas"), Version = 4, Parties = [Wire.Agency("lt-caritas"), Wire.Agency("lt-kopzi")],
            DataClasses = [], Purposes = [], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = new(2026, 12, 31), At = Wire.At,
            Clauses =
            [
                new() { Number = Number("4.1"), DataClasses = [DataClass.Identity, DataClass.Needs], Purposes = [Purpose.Assistance], Needs = [] },
                new() { Number = Number("4.2"), DataClasses = [DataClass.Health], Purposes = [Purpose.Assistance], Needs = [Need.MedicalCare], From = [Wire.Agency("lt-kopzi")], To = [Wire.Agency("lt-caritas")] },
            ],
            Suspensions = [new() { By = Wire.Agency("lt-caritas"), Reason = SuspensionReason.UnderReview, From = new(2026, 3, 2), At = Wire.At }],
            AtEnd = TerminationEffect.Finish, FinishUntil = new(2027, 1, 30),
        },
        "urn:tiltas:directory:memorandum-in-force:v1", "tiltas.directory.v1.memorandum-in-force",
        """
        { "memorandum": "lt-mou-kopzi-caritas", "version": 4, "parties": ["lt-caritas", "lt-kopzi"], "dataClasses": [], "purposes": [], "needs": [],
          "validFrom": "2025-01-01", "validTo": "2026-12-31", "at": "2026-03-01T12:30:15.25+00:00",
          "clauses": [{ "number": "4.1", "dataClasses": ["Identity", "Needs"], "purposes": ["Assistance"], "needs": [] },
            { "number": "4.2", "dataClasses": ["Health"], "purposes": ["Assistance"], "needs": ["MedicalCare"], "from": ["lt-kopzi"], "to": ["lt-caritas"] }],
          "suspensions": [{ "by": "lt-caritas", "reason": "UnderReview", "from": "2026-03-02", "at": "2026-03-01T12:30:15.25+00:00" }],
          "atEnd": "Finish", "finishUntil": "2027-01-30" }
        """);

    [Fact]
    public void MemorandumEnded_WithWhatBecomesOfRunningReferrals_IsAsAgreed() => Wire.IsWritten(
        new MemorandumEnded
        {
            Memorandum = MemorandumId.From("lt-mou-kopzi-caritas"), Version = 5, Parties = [Wire.Agency("lt-caritas"), Wire.Agency("lt-kopzi")],
            DataClasses = [DataClass.Needs], Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = new(2026, 2, 28), At = Wire.At,
            Clauses = Agreement.Whole([DataClass.Needs], [Purpose.Assistance], []), AtEnd = TerminationEffect.Stop,
        },
        "urn:tiltas:directory:memorandum-ended:v1", "tiltas.directory.v1.memorandum-ended",
        """
        { "memorandum": "lt-mou-kopzi-caritas", "version": 5, "parties": ["lt-caritas", "lt-kopzi"], "dataClasses": ["Needs"], "purposes": ["Assistance"], "needs": [],
          "validFrom": "2025-01-01", "validTo": "2026-02-28", "at": "2026-03-01T12:30:15.25+00:00",
          "clauses": [{ "number": "1", "dataClasses": ["Needs"], "purposes": ["Assistance"], "needs": [] }], "atEnd": "Stop" }
        """);

    [Theory]
    [InlineData("4.2", true)]
    [InlineData("3-a", true)]
    [InlineData("1", true)]
    [InlineData("1234567890123456", true)]
    [InlineData("12345678901234567", false)]
    [InlineData("", false)]
    [InlineData("4.", false)]
    [InlineData("4..2", false)]
    [InlineData("4 2", false)]
    [InlineData("4.2\n", false)]
    [InlineData("ą", false)]
    public void ClauseNumber_OnlyOfItsForm_IsRead(string text, bool good)
    {
        Assert.Equal(good, ClauseNumber.TryParse(text, out var number));
        Assert.Equal(good ? text : "", number.Value);
    }

    private static ClauseNumber Number(string text) => ClauseNumber.TryParse(text, out var number) ? number : throw new FormatException();
}
