using Google.Protobuf;

namespace Tiltas.Protos.Identification.V1;

// What a generated message prints of itself is all it holds; a decision's reference and what stands in a form stay out of every text.
public sealed partial class RecogniseVictimRequest : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}

public sealed partial class ChangeStatusRequest : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}

public sealed partial class FormAnswer : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}

public sealed partial class RenderFormResponse : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}

public sealed partial class StandingStep : ICustomDiagnosticMessage
{
    string ICustomDiagnosticMessage.ToDiagnosticString() => "\"▇▇▇\"";
}
