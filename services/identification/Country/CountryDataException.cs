namespace Tiltas.Identification.Country;

/// <summary>The country's data cannot be used as it is; the message is for the person who keeps the files. The process does not start.</summary>
public sealed class CountryDataException(string message) : Exception(message);
