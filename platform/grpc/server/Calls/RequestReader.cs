using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Reads requests from the body as they come.</summary>
internal static class RequestReader
{
    /// <summary>The one request of a call, and that no more follow.</summary>
    public static async ValueTask<T> ReadOnly<T>(ServerCall call, Marshaller<T> marshaller)
    {
        var pipe = call.Http.Request.BodyReader;
        T? message = default;
        var found = false;
        while (true)
        {
            var reading = pipe.ReadAsync();
            var result = reading.IsCompletedSuccessfully ? Checked(call, reading.Result) : await Await(call, reading);
            var buffer = result.Buffer;
            try
            {
                if (!found) found = call.TryDecode(ref buffer, marshaller, out message);
            }
            catch (RpcException)
            {
                pipe.AdvanceTo(buffer.End);
                throw;
            }
            var rest = !buffer.IsEmpty;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (found && rest) throw ServerCall.Refusal("More than one message was sent.");
            if (result.IsCompleted) return found ? message! : throw CutShort(!rest);
        }
    }

    public static RpcException CutShort(bool nothing) => ServerCall.Refusal(nothing ? "No message was sent." : "A message is cut short.");

    /// <summary>Throws when the read was broken off because the call is over.</summary>
    public static ReadResult Checked(ServerCall call, ReadResult result)
    {
        if (!result.IsCanceled) return result;
        call.Http.Request.BodyReader.AdvanceTo(result.Buffer.End);
        throw new OperationCanceledException("The call is over.");
    }

    /// <summary>A failed read in the caller's terms: a broken connection is a call given up, a body that the server refuses is a wrong one.</summary>
    public static async ValueTask<ReadResult> Await(ServerCall call, ValueTask<ReadResult> reading)
    {
        call.Arm();
        try
        {
            return Checked(call, await reading);
        }
        catch (BadHttpRequestException exception)
        {
            throw exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new RpcException(new(StatusCode.ResourceExhausted, "The request is longer than allowed."))
                : new RpcException(new(StatusCode.Cancelled, "The request did not come in full."));
        }
        catch (Exception exception) when (ServerCall.IsBroken(exception) || (call.IsOver && exception is InvalidOperationException))
        {
            call.End(CallEnd.Caller);
            throw new OperationCanceledException("The call is over.", exception);
        }
    }
}

/// <summary>The requests of a call that has many.</summary>
internal sealed class RequestStream<T>(ServerCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T> where T : class
{
    private readonly PipeReader pipe = call.Http.Request.BodyReader;
    private T? current;
    private bool done;

    public T Current => current ?? throw new InvalidOperationException("There is no message; MoveNext says when there is one.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (done) return Task.FromResult(false);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<bool>(cancellationToken);
        call.ThrowIfOver();
        var reading = pipe.ReadAsync(cancellationToken);
        if (!reading.IsCompletedSuccessfully) return Wait(reading, cancellationToken);
        return TryTake(RequestReader.Checked(call, reading.Result), out var more) ? Task.FromResult(more) : Wait(pipe.ReadAsync(cancellationToken), cancellationToken);
    }

    private async Task<bool> Wait(ValueTask<ReadResult> reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(await RequestReader.Await(call, reading), out var more)) return more;
            reading = pipe.ReadAsync(cancellationToken);
        }
    }

    // False: more bytes are needed. Else whether there is a message or the end.
    private bool TryTake(ReadResult result, out bool more)
    {
        var buffer = result.Buffer;
        try
        {
            more = call.TryDecode(ref buffer, marshaller, out current);
        }
        catch (RpcException)
        {
            done = true;
            pipe.AdvanceTo(buffer.End);
            throw;
        }
        if (more)
        {
            pipe.AdvanceTo(buffer.Start);
            return true;
        }
        pipe.AdvanceTo(buffer.Start, buffer.End);
        if (!result.IsCompleted) return false;
        done = true;
        if (!buffer.IsEmpty) throw RequestReader.CutShort(nothing: false);
        return true;
    }
}
