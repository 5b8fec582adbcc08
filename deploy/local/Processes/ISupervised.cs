namespace Tiltas.Local.Processes;

/// <summary>Something that shall run, and can be started again on the same address and data.</summary>
public interface ISupervised
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>The process as it runs now.</summary>
    ChildProcess? Process { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    Task<ChildProcess> StartAsync(CancellationToken stop);
}
