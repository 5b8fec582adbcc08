using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Messages to and from bytes, under the call's limits and compressions.</summary>
internal sealed partial class ServerCall
{
    // Serializing never waits, so one of each for a thread is enough.
    [ThreadStatic]
    private static OutgoingMessage? outgoing;

    [ThreadStatic]
    private static IncomingMessage? incoming;

    private ICompressionProvider? responseCompression;
    private bool prepared;

    /// <summary>Whether the last request came compressed.</summary>
    public bool LastWasCompressed { get; private set; }

    /// <summary>Cuts the next message off the front; false when more bytes are needed. Throws what the caller is told when they are no message.</summary>
    public bool TryDecode<T>(ref ReadOnlySequence<byte> buffer, Marshaller<T> marshaller, out T? message)
    {
        message = default;
        switch (Frames.TryRead(ref buffer, Settings.MaxReceive, out var compressed, out var payload))
        {
            case FrameResult.Incomplete: return false;
            case FrameResult.TooLarge: throw TooLong();
            case FrameResult.BadFlag: throw Refusal("A message begins with neither 0 nor 1.");
        }
        LastWasCompressed = compressed;
        if (!compressed)
        {
            message = Parse(payload, marshaller);
            return true;
        }
        if (RequestCompression is null) throw Refusal("A message is compressed, and the header grpc-encoding does not say how.");
        using var plain = new PooledBuffer { Limit = Settings.MaxReceive ?? int.MaxValue };
        try
        {
            Compression.Decompress(RequestCompression, payload, plain);
        }
        catch (TooMuchException)
        {
            throw TooLong();
        }
        catch (InvalidDataException)
        {
            throw Refusal("A message cannot be decompressed.");
        }
        message = Parse(new(plain.WrittenMemory), marshaller);
        return true;
    }

    public static RpcException Refusal(string sentence) => new(new(StatusCode.InvalidArgument, sentence));

    /// <summary>Serializes one message into the response's pipe; under the gate, after <see cref="Prepare"/>.</summary>
    private void Encode<T>(PipeWriter pipe, Marshaller<T> marshaller, T message, WriteOptions? options)
    {
        var compression = (options ?? WriteOptions) is { } how && how.Flags.HasFlag(WriteFlags.NoCompress) ? null : responseCompression;
        (outgoing ??= new()).Write(pipe, marshaller, message, compression, Settings.Level, Settings.MaxSend);
    }

    /// <summary>Sets the response's own headers, once. A call's own wish for a compression goes before the service's.</summary>
    private void Prepare(Metadata? headers)
    {
        if (prepared) return;
        prepared = true;
        Http.Response.ContentType = Names.ContentType;
        var algorithm = headers?.GetValue(Names.InternalEncodingRequest) ?? Settings.ResponseAlgorithm;
        if (algorithm is null or Compression.Identity || !Accepts(algorithm)) return;
        responseCompression = Settings.Find(algorithm);
        if (responseCompression is not null) Http.Response.Headers.GrpcEncoding = algorithm;
    }

    private bool Accepts(string algorithm)
    {
        foreach (var line in Http.Request.Headers.GrpcAcceptEncoding)
            foreach (var part in line.AsSpan().Split(','))
                if (line.AsSpan(part).Trim().Equals(algorithm, StringComparison.Ordinal)) return true;
        return false;
    }

    private static T Parse<T>(ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        try
        {
            return (incoming ??= new()).Read(payload, marshaller);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or RpcException))
        {
            throw Refusal("A message cannot be read as what the method takes.");
        }
    }

    private static RpcException TooLong() => new(new(StatusCode.ResourceExhausted, "A message is longer than allowed."));
}
