using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;

namespace Tiltas.Contracts.Tests;

/// <summary>What to do when one of these fails: see <see cref="Wire"/>.</summary>
public sealed class ReferralMessageTests
{
    [Fact]
    public void SubjectOpened_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new SubjectOpened { Subject = new(Wire.Subject), Owner = Wire.Agency("lt-kopzi"), At = Wire.At },
        "urn:tiltas:referral:subject-opened:v1", "tiltas.referral.v1.subject-opened",
        """
        { "subject": "01900000-0000-7000-8000-000000000002", "owner": "lt-kopzi", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ConsentWithdrawn_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ConsentWithdrawn { Consent = new(Wire.Consent), Subject = new(Wire.Subject), Owner = Wire.Agency("lt-kopzi"), Recipients = [Wire.Agency("lt-caritas")], At = Wire.At },
        "urn:tiltas:referral:consent-withdrawn:v1", "tiltas.referral.v1.consent-withdrawn",
        """
        { "consent": "01900000-0000-7000-8000-000000000003", "subject": "01900000-0000-7000-8000-000000000002", "owner": "lt-kopzi",
          "recipients": ["lt-caritas"], "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ConsentWithdrawn_NamesTheReferralsConcerned() => Wire.IsWritten(
        new ConsentWithdrawn
        {
            Consent = new(Wire.Consent), Subject = new(Wire.Subject), Owner = Wire.Agency("lt-kopzi"), Recipients = [Wire.Agency("lt-caritas")], At = Wire.At,
            Referrals =
            [
                new() { Referral = new(Wire.Referral), Recipient = Wire.Agency("lt-caritas"), Covered = true, CoveredUntil = new(2026, 12, 31) },
                new() { Referral = new(Wire.Notice), Recipient = Wire.Agency("lt-caritas"), Covered = false },
            ],
        },
        "urn:tiltas:referral:consent-withdrawn:v1", "tiltas.referral.v1.consent-withdrawn",
        """
        { "consent": "01900000-0000-7000-8000-000000000003", "subject": "01900000-0000-7000-8000-000000000002", "owner": "lt-kopzi",
          "recipients": ["lt-caritas"], "at": "2026-03-01T12:30:15.25+00:00",
          "referrals": [ { "referral": "01900000-0000-7000-8000-000000000001", "recipient": "lt-caritas", "covered": true, "coveredUntil": "2026-12-31" },
                         { "referral": "01900000-0000-7000-8000-000000000005", "recipient": "lt-caritas", "covered": false } ] }
        """);

    [Fact]
    public void ReferralSubmitted_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralSubmitted
        {
            Referral = new(Wire.Referral), Version = 1, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"), Need = Need.Shelter,
            Purpose = Purpose.Assistance, Urgency = Urgency.Emergency, AcknowledgeBy = Wire.At.AddHours(1), DecideBy = Wire.At.AddHours(4), At = Wire.At,
        },
        "urn:tiltas:referral:referral-submitted:v1", "tiltas.referral.v1.referral-submitted",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 1, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "need": "Shelter", "purpose": "Assistance", "urgency": "Emergency", "acknowledgeBy": "2026-03-01T13:30:15.25+00:00",
          "decideBy": "2026-03-01T16:30:15.25+00:00", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralSubmitted_CoveredForATerm_SaysUntilWhen() => Wire.IsWritten(
        new ReferralSubmitted
        {
            Referral = new(Wire.Referral), Version = 1, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"), Need = Need.Shelter,
            Purpose = Purpose.Assistance, Urgency = Urgency.Emergency, AcknowledgeBy = Wire.At.AddHours(1), DecideBy = Wire.At.AddHours(4), At = Wire.At, CoveredUntil = new(2026, 12, 31),
        },
        "urn:tiltas:referral:referral-submitted:v1", "tiltas.referral.v1.referral-submitted",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 1, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "need": "Shelter", "purpose": "Assistance", "urgency": "Emergency", "acknowledgeBy": "2026-03-01T13:30:15.25+00:00",
          "decideBy": "2026-03-01T16:30:15.25+00:00", "at": "2026-03-01T12:30:15.25+00:00", "coveredUntil": "2026-12-31" }
        """);

    [Fact]
    public void ReferralSubmitted_SaysWhichClassesConsentCovers_AndHowLong() => Wire.IsWritten(
        new ReferralSubmitted
        {
            Referral = new(Wire.Referral), Version = 1, Subject = new(Wire.Subject), From = Wire.Agency("lt-sli"), To = Wire.Agency("lt-police"), Need = Need.CriminalInvestigation,
            Purpose = Purpose.CriminalProceedings, Urgency = Urgency.Urgent, AcknowledgeBy = Wire.At.AddHours(1), DecideBy = Wire.At.AddHours(4), At = Wire.At,
            Classes = [new() { DataClass = DataClass.Exploitation }, new() { DataClass = DataClass.Safety, Until = new(2026, 12, 31) }],
        },
        "urn:tiltas:referral:referral-submitted:v1", "tiltas.referral.v1.referral-submitted",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 1, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-sli", "to": "lt-police",
          "need": "CriminalInvestigation", "purpose": "CriminalProceedings", "urgency": "Urgent", "acknowledgeBy": "2026-03-01T13:30:15.25+00:00",
          "decideBy": "2026-03-01T16:30:15.25+00:00", "at": "2026-03-01T12:30:15.25+00:00",
          "classes": [ { "dataClass": "Exploitation" }, { "dataClass": "Safety", "until": "2026-12-31" } ] }
        """);

    [Fact]
    public void ConsentWithdrawn_SaysWhichClassesAreLeft() => Wire.IsWritten(
        new ConsentWithdrawn
        {
            Consent = new(Wire.Consent), Subject = new(Wire.Subject), Owner = Wire.Agency("lt-sli"), Recipients = [Wire.Agency("lt-police")], At = Wire.At,
            Referrals = [new() { Referral = new(Wire.Referral), Recipient = Wire.Agency("lt-police"), Covered = true, Classes = [new() { DataClass = DataClass.Safety }] }],
        },
        "urn:tiltas:referral:consent-withdrawn:v1", "tiltas.referral.v1.consent-withdrawn",
        """
        { "consent": "01900000-0000-7000-8000-000000000003", "subject": "01900000-0000-7000-8000-000000000002", "owner": "lt-sli",
          "recipients": ["lt-police"], "at": "2026-03-01T12:30:15.25+00:00",
          "referrals": [ { "referral": "01900000-0000-7000-8000-000000000001", "recipient": "lt-police", "covered": true, "classes": [ { "dataClass": "Safety" } ] } ] }
        """);

    [Fact]
    public void ReferralAcknowledged_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralAcknowledged
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, At = Wire.At,
        },
        "urn:tiltas:referral:referral-acknowledged:v1", "tiltas.referral.v1.referral-acknowledged",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralAccepted_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralAccepted
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, At = Wire.At,
        },
        "urn:tiltas:referral:referral-accepted:v1", "tiltas.referral.v1.referral-accepted",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ServiceStarted_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ServiceStarted
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, At = Wire.At,
        },
        "urn:tiltas:referral:service-started:v1", "tiltas.referral.v1.service-started",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralDeclined_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralDeclined
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, Code = DeclineCode.NoCapacity, At = Wire.At,
        },
        "urn:tiltas:referral:referral-declined:v1", "tiltas.referral.v1.referral-declined",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "code": "NoCapacity", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralCompleted_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralCompleted
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, Outcome = Outcome.ServiceDelivered, At = Wire.At,
        },
        "urn:tiltas:referral:referral-completed:v1", "tiltas.referral.v1.referral-completed",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "outcome": "ServiceDelivered", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralWithdrawn_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralWithdrawn
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, Reason = WithdrawReason.PersonDeclined, At = Wire.At,
        },
        "urn:tiltas:referral:referral-withdrawn:v1", "tiltas.referral.v1.referral-withdrawn",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "reason": "PersonDeclined", "at": "2026-03-01T12:30:15.25+00:00" }
        """);

    [Fact]
    public void ReferralClockLapsed_OnTheWire_IsAsAgreed() => Wire.IsWritten(
        new ReferralClockLapsed
        {
            Referral = new(Wire.Referral), Version = 2, Subject = new(Wire.Subject), From = Wire.Agency("lt-kopzi"), To = Wire.Agency("lt-caritas"),
            Urgency = Urgency.Urgent, Clock = Clock.Acknowledge, DueBy = Wire.At.AddHours(-1), At = Wire.At,
        },
        "urn:tiltas:referral:referral-clock-lapsed:v1", "tiltas.referral.v1.referral-clock-lapsed",
        """
        { "referral": "01900000-0000-7000-8000-000000000001", "version": 2, "subject": "01900000-0000-7000-8000-000000000002", "from": "lt-kopzi", "to": "lt-caritas",
          "urgency": "Urgent", "clock": "Acknowledge", "dueBy": "2026-03-01T11:30:15.25+00:00", "at": "2026-03-01T12:30:15.25+00:00" }
        """);
}
