using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>A call with its messages' types.</summary>
internal sealed class ClientCall<TRequest, TResponse>(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : ClientCall(channel, method, host, options)
    where TRequest : class
    where TResponse : class
{
    public Method<TRequest, TResponse> Method => method;

    /// <summary>The answer of a call with one response message, while it is awaited.</summary>
    public Task<TResponse>? Response { get; private set; }

    /// <summary>The request as a body; null when it cannot be sent, which ends the call.</summary>
    public IRequestBody? Serialize(TRequest request)
    {
        if (Over is not null) return null;
        var framed = new PooledBuffer();
        if (TryFrame(request, framed, Options.WriteOptions)) return new MessageContent(framed);
        framed.Dispose();
        return null;
    }

    /// <summary>Frames a message; false when it cannot be sent, which ends the call.</summary>
    public bool TryFrame(TRequest message, PooledBuffer to, WriteOptions? writing)
    {
        var framer = Framer.Here;
        try
        {
            var provider = writing?.Flags.HasFlag(WriteFlags.NoCompress) == true ? null : Provider;
            framer.Write(to, method.RequestMarshaller, message, provider, null, Channel.MaxSendMessageSize);
            return true;
        }
        catch (TooMuchException)
        {
            End(new(StatusCode.ResourceExhausted, "The message is larger than this channel sends."));
        }
        catch (Exception e)
        {
            End(new(StatusCode.Internal, "The request message cannot be written: " + e.Message, e));
        }
        finally
        {
            framer.Dispose();
        }

        return false;
    }

    public Task<TResponse> StartSingleResponse(IRequestBody? body)
    {
        var result = new TaskCompletionSource<TResponse>();
        Response = result.Task;
        _ = RunAsync(body, result);
        return result.Task;
    }

    public ResponseReader<TRequest, TResponse> StartResponseStream(IRequestBody? body) => new(this, OpenAsync(body, wantsMessage: false));

    /// <summary>The next message of the answer. Null when the call is over, with whatever status.</summary>
    public async ValueTask<TResponse?> NextAsync(Answer answer)
    {
        try
        {
            if (await answer.Reader.NextAsync(Stop)) return answer.Reader.Take(method.ResponseMarshaller);
            EndWithTrailers(answer, lacksMessage: false);
        }
        catch (Exception e)
        {
            Fail(e);
        }

        return null;
    }

    private async Task RunAsync(IRequestBody? body, TaskCompletionSource<TResponse> result)
    {
        TResponse? response = null;
        if (await OpenAsync(body, wantsMessage: true) is { } answer && answer.Enter())
        {
            try
            {
                if (await answer.Reader.NextAsync(Stop)) response = answer.Reader.Take(method.ResponseMarshaller);
                if (response is not null && await answer.Reader.NextAsync(Stop))
                    throw new BadAnswerException(StatusCode.Internal, "The answer has more than one message.");
                EndWithTrailers(answer, lacksMessage: response is null);
            }
            catch (Exception e)
            {
                Fail(e);
            }
            finally
            {
                answer.Leave();
            }
        }

        // Last, with nothing held: what awaits the response continues on this thread.
        var end = Ended("status");
        if (end.Status.StatusCode == StatusCode.OK)
        {
            result.SetResult(response!);
            return;
        }

        result.SetException(ExceptionOf(end));
        _ = result.Task.Exception; // whether anyone awaits it is the caller's choice
    }
}
