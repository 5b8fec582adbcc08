using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Statuses;

/// <summary>What can stop a change of status.</summary>
public static class StatusErrors
{
    public static readonly Error DecisionMissing = new Error.Invalid("TLT-IDN-0020",
        "This status is formal, or ends a formal one: the decision's reference and date are needed.", "$.decisionReference");

    public static readonly Error DateMissing = new Error.Invalid("TLT-IDN-0021", "The day of the decision is needed.", "$.decidedOn");

    public static readonly Error ReferenceForm = new Error.Invalid("TLT-IDN-0022",
        "A decision is referred to by up to 64 letters, digits, spaces and the signs - . / with at least one digit among them.", "$.decisionReference");

    public static readonly Error InTheFuture = new Error.Invalid("TLT-IDN-0023", "A decision cannot be of a day that has not yet come.", "$.decidedOn");

    public static readonly Error DecisionNotTaken = new Error.Invalid("TLT-IDN-0024",
        "This change rests on no formal decision; send it without reference and date.", "$.decisionReference");

    public static readonly Error ReasonMissing = new Error.Invalid("TLT-IDN-0025", "Ending a status needs a reason.", "$.reason");

    public static readonly Error ReasonNotTaken = new Error.Invalid("TLT-IDN-0026", "A reason belongs to ending a status alone.", "$.reason");

    public static readonly Error NothingTold = new Error.Invalid("TLT-IDN-0027", "At least the age or the right to stay is needed.", "$.ageBand");

    public static readonly Error NoStatus = Illegal("circumstances-of-a-status", "The person has no status that anything could follow from; tell it with the status.");

    public static readonly Error NothingNew = Illegal("circumstances-unchanged", "This is known already.");

    public static readonly Error CircumstancesNotForThem = NotEntitled("circumstances-by-identifying-agency", "Circumstances are told by agencies that identify victims.",
        VictimStanding.InformalIdentifiers, orConferrer: false);

    public static readonly Error LostRace = new Error.Conflict(CommonErrors.LostRace, "Somebody else changed it at the same moment; read it again.");

    public static Error NotEntitled(string rule, string sentence, IEnumerable<AgencyType> may, bool orConferrer) =>
        new Error.Forbidden("TLT-IDN-0030", sentence, rule, [.. may.Select(type => type.ToString()), .. orConferrer ? ["conferring-agency"] : Array.Empty<string>()]);

    public static Error Illegal(string rule, string sentence) => new Error.Conflict("TLT-IDN-0040", sentence, rule);
}
