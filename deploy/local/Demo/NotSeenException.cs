namespace Tiltas.Local.Demo;

/// <summary>A step was not observed by the party concerned; the text says which and what came instead.</summary>
internal sealed class NotSeenException(string message) : Exception(message);
