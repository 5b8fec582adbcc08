namespace Grpc.Core;

/// <summary>Messages that come one after the other.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last <see cref="MoveNext"/> brought.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false at the end. <see cref="RpcException"/> when the call failed. One at a time.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Where messages are written one after the other.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Writes one; the next only when this is done.</summary>
    Task WriteAsync(T message);

    /// <summary>The same, and may be given up.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? throw new NotSupportedException("This stream's writes cannot be given up.") : WriteAsync(message);

    /// <summary>How the next messages are written; null: as the call says.</summary>
    WriteOptions? WriteOptions { get; set; }
}

/// <summary>A server's answers.</summary>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;

/// <summary>A client's requests.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more come.</summary>
    Task CompleteAsync();
}

/// <summary>Short forms for readers.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message without giving up.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader) where T : class => streamReader.MoveNext(CancellationToken.None);

    /// <summary>All messages for <c>await foreach</c>.</summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> streamReader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await streamReader.MoveNext(cancellationToken).ConfigureAwait(false)) yield return streamReader.Current;
    }
}

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>May wait in a buffer for those that follow.</summary>
    BufferHint = 1,

    /// <summary>Not compressed although the call is.</summary>
    NoCompress = 2,
}

/// <summary>How messages are written.</summary>
public class WriteOptions(WriteFlags flags = 0)
{
    /// <summary>Nothing special.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; } = flags;
}
