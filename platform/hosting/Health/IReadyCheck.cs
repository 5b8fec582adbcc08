namespace Tiltas.Hosting.Health;

/// <summary>Something without which this process should be sent no requests. Register as many as needed.</summary>
public interface IReadyCheck
{
    /// <summary>A word for the health answer, such as <c>database</c>; no address, no version.</summary>
    string Name { get; }

    /// <summary>Asked afresh at each probe and given two seconds; an exception counts as no.</summary>
    ValueTask<bool> IsReady(CancellationToken cancellationToken);
}
