namespace Tiltas.Local;

/// <summary>Something a person at the keyboard can put right; the text says what and how.</summary>
public sealed class LocalException(string message) : Exception(message);
