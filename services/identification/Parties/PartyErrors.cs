using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Parties;

/// <summary>What can stop an agency at the door.</summary>
public static class PartyErrors
{
    public static readonly Error NoSuchSubject = new Error.NotFound("TLT-IDN-0404", "There is no such subject among those this agency is a party to.");

    public static readonly Error NotInDirectory = new Error.Forbidden("TLT-IDN-0031",
        "The directory does not know the calling agency, so its competence is not known.", "agency-in-directory", "agency");

    public static readonly Error NotActive = new Error.Forbidden("TLT-IDN-0032", "Only an active agency changes anything.", "standing:active", "an active standing in the directory");
}
