namespace Tiltas.Contracts.Codes;

/// <summary>Where a reflection period stands. How long it is and who decides on it is country data (data/lt/reflection.yaml).</summary>
public enum ReflectionState { Running, Paused, Ended }
