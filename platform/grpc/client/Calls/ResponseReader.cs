using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The messages of an answer, one after the other.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, Task<Answer?> opening) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly Task<bool> Yes = Task.FromResult(true), No = Task.FromResult(false);
    private TResponse? _current;
    private int _moving;

    public TResponse Current => _current ?? throw new InvalidOperationException("There is a current message only after MoveNext has returned true.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _moving, 1) == 1)
            return Task.FromException<bool>(new InvalidOperationException("The message before is still being read: MoveNext is called by one reader at a time."));
        _current = null;
        if (cancellationToken.CanBeCanceled || !opening.IsCompletedSuccessfully || opening.Result is not { } answer || !answer.Enter()) return MoveAsync(cancellationToken);

        // Messages that came together are handed out without a state machine.
        var next = call.NextAsync(answer);
        if (!next.IsCompletedSuccessfully) return FinishAsync(answer, next);
        _current = next.Result;
        answer.Leave();
        return Moved();
    }

    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), call);
        if (await opening is not { } answer || !answer.Enter()) return await Moved();
        return await FinishAsync(answer, call.NextAsync(answer));
    }

    private async Task<bool> FinishAsync(Answer answer, ValueTask<TResponse?> next)
    {
        _current = await next;
        answer.Leave();
        return await Moved();
    }

    private Task<bool> Moved()
    {
        var moved = _current is not null ? Yes : call.Ended("status") is { Status.StatusCode: not StatusCode.OK } end ? Task.FromException<bool>(call.ExceptionOf(end)) : No;
        Volatile.Write(ref _moving, 0);
        return moved;
    }
}
