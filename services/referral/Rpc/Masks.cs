using Google.Protobuf;

namespace Tiltas.Protos.Referral.V1;

// What a generated message prints of itself is all it holds; these hold what is personal.
public sealed partial class DossierPart : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}
