using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Referrals;

internal static class ReferralErrors
{
    public static readonly Error NotFound = new Error.NotFound("TLT-REF-0304", "There is no such referral.");

    public static readonly Error ToOneself = new Error.Invalid("TLT-REF-0301", "A referral goes to another agency.", "$.to");

    public static readonly Error UnknownRecipient = new Error.Invalid("TLT-REF-0302", "The recipient is no agency of the network.", "$.to");

    public static readonly Error OnlyRecipient = new Error.Forbidden("TLT-REF-0310", "Only the agency that was asked may do this.", "referral:recipient-only", "being the recipient");

    public static readonly Error OnlySender = new Error.Forbidden("TLT-REF-0311", "Only the agency that referred may do this.", "referral:sender-only", "being the sender");

    public static Error Illegal(string move, ReferralState state) =>
        new Error.Conflict("TLT-REF-0320", $"A referral that is {state.Status} cannot take the move '{move}'.", $"referral:{move}-from-{state.Status}");

    public static readonly Error AnotherHelps = new Error.Conflict("TLT-REF-0321", "Another agency has already accepted this need of this person.", "referral:one-helper-a-need");

    public static readonly Error Cursor = new Error.Invalid("TLT-REF-0330", "The page is asked for wrongly: limit is 1 to 200.", "limit");

    public static Error Filter(string name) => new Error.Invalid("TLT-REF-0332", "The filter does not name an entry of its list.", name);
}
