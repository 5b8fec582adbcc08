using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Contracts.Notification.V1;

namespace Tiltas.Contracts.Tests;

/// <summary>What to do when one of these fails: see <see cref="Wire"/>.</summary>
public sealed class IdentificationAndNotificationMessageTests
{
    private const string NoticeJson = """
        { "notice": "01900000-0000-7000-8000-000000000005", "agency": "lt-caritas", "sequence": 7, "kind": "ReferralSubmitted",
          "referral": "01900000-0000-7000-8000-000000000001", "at": "2026-03-01T12:30:15.25+00:00" }
        """;

    private const string FormNoticeJson = """
        { "notice": "01900000-0000-7000-8000-000000000005", "agency": "lt-police", "sequence": 7, "kind": "FormSent", "referral": "01900000-0000-7000-8000-000000000001",
          "at": "2026-03-01T12:30:15.25+00:00", "form": "01900000-0000-7000-8000-000000000006" }
        """;

    [Fact]
    public void ScreeningRecorded_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ScreeningRecorded { Screening = new(Wire.Screening), Subject = new(Wire.Subject), Agency = Wire.Agency("lt-kopzi"), Set = "LT-CHILD-S0", SetVersion = 1, At = Wire.At },
        "urn:tiltas:identification:screening-recorded:v1", "tiltas.identification.v1.screening-recorded",
        """
        { "screening": "01900000-0000-7000-8000-000000000004", "subject": "01900000-0000-7000-8000-000000000002", "agency": "lt-kopzi",
          "set": "LT-CHILD-S0", "setVersion": 1, "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void VictimStatusChanged_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new VictimStatusChanged { Subject = new(Wire.Subject), Version = 2, Status = VictimStatus.Recognised, By = Wire.Agency("lt-police"), At = Wire.At },
        "urn:tiltas:identification:victim-status-changed:v1", "tiltas.identification.v1.victim-status-changed",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 2, "status": "Recognised", "by": "lt-police", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void EntitlementsChanged_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new EntitlementsChanged
        {
            Subject = new(Wire.Subject), Version = 2, Entitlements = [Entitlement.NgoSupport, Entitlement.CaseInformation], Gained = [Entitlement.CaseInformation],
            Lost = [Entitlement.ReflectionPeriod], At = Wire.At,
        },
        "urn:tiltas:identification:entitlements-changed:v1", "tiltas.identification.v1.entitlements-changed",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 2, "entitlements": ["NgoSupport", "CaseInformation"],
          "gained": ["CaseInformation"], "lost": ["ReflectionPeriod"], "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void InformationDue_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new InformationDue
        {
            Subject = new(Wire.Subject), Version = 2, Entitlements = [Entitlement.CaseInformation, Entitlement.TemporaryResidence], OwedBy = Wire.Agency("lt-police"), DueBy = Wire.At.AddDays(3), At = Wire.At,
        },
        "urn:tiltas:identification:information-due:v1", "tiltas.identification.v1.information-due",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 2, "entitlements": ["CaseInformation", "TemporaryResidence"], "owedBy": "lt-police",
          "dueBy": "2026-03-04T12:30:15.25+00:00", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void InformationGiven_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new InformationGiven
        {
            Information = new(Wire.Notice), Subject = new(Wire.Subject), Version = 2, By = Wire.Agency("lt-police"), Entitlements = [Entitlement.AssistedReturn], At = Wire.At,
        },
        "urn:tiltas:identification:information-given:v1", "tiltas.identification.v1.information-given",
        """
        { "information": "01900000-0000-7000-8000-000000000005", "subject": "01900000-0000-7000-8000-000000000002", "version": 2, "by": "lt-police",
          "entitlements": ["AssistedReturn"], "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void GapOpened_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new GapOpened
        {
            Gap = new(Wire.Notice), Subject = new(Wire.Subject), Kind = GapKind.ChildWithoutChildRights, OwedBy = Wire.Agency("lt-police"),
            Concerns = [Wire.Agency("lt-police"), Wire.Agency("lt-kopzi")], Since = Wire.At.AddDays(-1), RuleVersion = 1, At = Wire.At,
        },
        "urn:tiltas:identification:gap-opened:v1", "tiltas.identification.v1.gap-opened",
        """
        { "gap": "01900000-0000-7000-8000-000000000005", "subject": "01900000-0000-7000-8000-000000000002", "kind": "ChildWithoutChildRights", "owedBy": "lt-police",
          "concerns": ["lt-police", "lt-kopzi"], "since": "2026-02-28T12:30:15.25+00:00", "ruleVersion": 1, "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void GapClosed_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new GapClosed { Gap = new(Wire.Notice), Subject = new(Wire.Subject), Kind = GapKind.CompensationNotTold, OwedBy = Wire.Agency("lt-police"), At = Wire.At },
        "urn:tiltas:identification:gap-closed:v1", "tiltas.identification.v1.gap-closed",
        """
        { "gap": "01900000-0000-7000-8000-000000000005", "subject": "01900000-0000-7000-8000-000000000002", "kind": "CompensationNotTold", "owedBy": "lt-police", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReflectionPeriodChanged_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReflectionPeriodChanged { Subject = new(Wire.Subject), Version = 1, State = ReflectionState.Running, LastDay = new(2026, 3, 31), By = Wire.Agency("lt-police"), At = Wire.At },
        "urn:tiltas:identification:reflection-period-changed:v1", "tiltas.identification.v1.reflection-period-changed",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 1, "state": "Running", "lastDay": "2026-03-31", "by": "lt-police", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReflectionPeriodChanged_ThatRanOut_NamesNobodyAndNoDay() => Wire.IsWritten(
        new ReflectionPeriodChanged { Subject = new(Wire.Subject), Version = 2, State = ReflectionState.Ended, LastDay = null, By = null, At = Wire.At },
        "urn:tiltas:identification:reflection-period-changed:v1", "tiltas.identification.v1.reflection-period-changed",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 2, "state": "Ended", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReflectionPeriodEndsSoon_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReflectionPeriodEndsSoon { Subject = new(Wire.Subject), Version = 1, LastDay = new(2026, 3, 31), DaysLeft = 7, At = Wire.At, Concerns = [Wire.Agency("lt-kopzi")] },
        "urn:tiltas:identification:reflection-period-ends-soon:v1", "tiltas.identification.v1.reflection-period-ends-soon",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "version": 1, "lastDay": "2026-03-31", "daysLeft": 7, "at": "2026-03-01T12:30:15.25+00:00", "concerns": ["lt-kopzi"] }
        """);

    [Fact]
    public void FormSent_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new FormSent
        {
            Form = new(Wire.Form), Version = 1, Schema = "LT-SLI-IDENTIFICATION", SchemaVersion = 1, Subject = new(Wire.Subject), Referral = new(Wire.Referral),
            From = Wire.Agency("lt-sli"), To = Wire.Agency("lt-police"), ContentHash = new string('0', 64), At = Wire.At,
        },
        "urn:tiltas:identification:form-sent:v1", "tiltas.identification.v1.form-sent",
        """
        { "form": "01900000-0000-7000-8000-000000000006", "version": 1, "schema": "LT-SLI-IDENTIFICATION", "schemaVersion": 1, "subject": "01900000-0000-7000-8000-000000000002",
          "referral": "01900000-0000-7000-8000-000000000001", "from": "lt-sli", "to": "lt-police",
          "contentHash": "0000000000000000000000000000000000000000000000000000000000000000", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void NoticeDelivered_OfAForm_NamesIt() => Wire.IsWritten(
        new NoticeDelivered { Notice = Wire.Notice, Agency = Wire.Agency("lt-police"), Sequence = 7, Kind = NoticeKind.FormSent, Referral = new ReferralId(Wire.Referral), At = Wire.At, Form = new FormId(Wire.Form) },
        "urn:tiltas:notification:notice-delivered:v1", "tiltas.notification.v1.notice-delivered", FormNoticeJson);

    [Fact]
    public void NoticeSeen_OfAForm_NamesIt() => Wire.IsWritten(
        new NoticeSeen { Notice = Wire.Notice, Agency = Wire.Agency("lt-police"), Sequence = 7, Kind = NoticeKind.FormSent, Referral = new ReferralId(Wire.Referral), At = Wire.At, Form = new FormId(Wire.Form) },
        "urn:tiltas:notification:notice-seen:v1", "tiltas.notification.v1.notice-seen", FormNoticeJson);

    [Fact]
    public void NoticeDelivered_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new NoticeDelivered { Notice = Wire.Notice, Agency = Wire.Agency("lt-caritas"), Sequence = 7, Kind = NoticeKind.ReferralSubmitted, Referral = new ReferralId(Wire.Referral), At = Wire.At },
        "urn:tiltas:notification:notice-delivered:v1", "tiltas.notification.v1.notice-delivered", NoticeJson);

    [Fact]
    public void NoticeSeen_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new NoticeSeen { Notice = Wire.Notice, Agency = Wire.Agency("lt-caritas"), Sequence = 7, Kind = NoticeKind.ReferralSubmitted, Referral = new ReferralId(Wire.Referral), At = Wire.At },
        "urn:tiltas:notification:notice-seen:v1", "tiltas.notification.v1.notice-seen", NoticeJson);

    [Fact]
    public void NoticeSeen_OfNoReferral_LeavesItOut() => Wire.IsWritten(
        new NoticeSeen { Notice = Wire.Notice, Agency = Wire.Agency("lt-caritas"), Sequence = 8, Kind = NoticeKind.ConsentWithdrawn, Referral = null, At = Wire.At },
        "urn:tiltas:notification:notice-seen:v1", "tiltas.notification.v1.notice-seen",
        """
        { "notice": "01900000-0000-7000-8000-000000000005", "agency": "lt-caritas", "sequence": 8, "kind": "ConsentWithdrawn", "at": "2026-03-01T12:30:15.25+00:00" }
        """);
}
