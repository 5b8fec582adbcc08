using System.Diagnostics;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Codes.V1;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Referrals;
using Codes = Tiltas.Contracts.Codes;
using Proto = Tiltas.Protos.Referral.V1;

namespace Tiltas.Referral.Rpc;

/// <summary>What referral knows in the shapes of the published API. Absent texts are empty.</summary>
internal static class Shapes
{
    public static Proto.Referral Of(ReferralView referral)
    {
        var shape = new Proto.Referral
        {
            ReferralId = referral.ReferralId.ToString(),
            Version = referral.Version,
            SubjectRef = referral.Subject.ToString(),
            FromAgencyId = referral.From.Value,
            ToAgencyId = referral.To.Value,
            Need = referral.Need.ToProto<Need>(),
            Purpose = referral.Purpose.ToProto<Purpose>(),
            Urgency = referral.Urgency.ToProto<Urgency>(),
            Status = referral.Status.ToProto<ReferralStatus>(),
            SubmittedAt = referral.SubmittedAt.ToProto(),
            AcknowledgeBy = referral.AcknowledgeBy.ToProto(),
            DecideBy = referral.DecideBy.ToProto(),
            CompleteBy = referral.CompleteBy.ToProto(),
            RunningClock = referral.RunningClock?.ToProto<Clock>() ?? Clock.Unspecified,
            RunningClockDue = referral.RunningClockDue.ToProto(),
        };
        if (referral.Code is not { } code) return shape;
        switch (referral.Status)
        {
            case Codes.ReferralStatus.Declined: shape.DeclineCode = Enum.Parse<DeclineCode>(code); break;
            case Codes.ReferralStatus.Completed: shape.Outcome = Enum.Parse<Outcome>(code); break;
            case Codes.ReferralStatus.Withdrawn: shape.WithdrawReason = Enum.Parse<WithdrawReason>(code); break;
            default: throw new UnreachableException();
        }
        return shape;
    }

    public static Proto.Move Of(ReadReferral.MoveView move) => new()
    {
        Version = move.Version, Move_ = move.Move, AgencyId = move.By?.Value ?? "", Code = move.Code ?? "", MovedAt = move.At.ToProto(),
    };

    public static Proto.Consent Of(Consents.Consent consent) => new()
    {
        ConsentId = consent.Id.ToString(),
        SubjectRef = consent.Subject.ToString(),
        Purposes = { consent.Purposes.ToProtos<Codes.Purpose, Purpose>() },
        DataClasses = { consent.DataClasses.ToProtos<Codes.DataClass, DataClass>() },
        Recipients = { consent.Recipients.Select(recipient => recipient.Value) },
        RecipientTypes = { consent.RecipientTypes.ToProtos<Codes.AgencyType, AgencyType>() },
        Form = consent.Form.ToProto<ConsentForm>(),
        Language = consent.Language,
        Interpreter = consent.Interpreter,
        GivenOn = consent.GivenOn.ToProto(),
        ExpiresOn = consent.ExpiresOn.ToProto(),
        RecordedAt = consent.RecordedAt.ToProto(),
        WithdrawnAt = consent.WithdrawnAt.ToProto(),
    };

    public static Proto.Partner Of(Routing.ListPartners.Partner partner) => new()
    {
        AgencyId = partner.Agency.Value,
        Type = partner.Type.ToProto<AgencyType>(),
        Offers = { partner.Offers.ToProtos<Codes.Need, Need>() },
        Memoranda =
        {
            partner.Memoranda.Select(terms => new Proto.Terms
            {
                MemorandumId = terms.Id.Value,
                DataClasses = { terms.DataClasses.ToProtos<Codes.DataClass, DataClass>() },
                Purposes = { terms.Purposes.ToProtos<Codes.Purpose, Purpose>() },
                Needs = { terms.Needs.ToProtos<Codes.Need, Need>() },
                ValidTo = terms.ValidTo.ToProto(),
                Clause = terms.Clause.Value,
            }),
        },
    };

    public static Proto.DossierPart Of(Codes.DataClass dataClass, PartFields fields) => new() { DataClass = dataClass.ToProto<DataClass>(), Fields = { fields } };

    public static Proto.Withheld Of(Routing.Withheld withheld) => new()
    {
        DataClass = withheld.DataClass.ToProto<DataClass>(), Rule = withheld.Rule, Missing = withheld.Missing,
    };
}
