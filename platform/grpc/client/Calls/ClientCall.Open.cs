using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client.Retry;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

internal abstract partial class ClientCall
{
    private const string UserAgent = "grpc-dotnet-tiltas/1.0";

    /// <summary>Sends the request until an answer begins; null when the call ended first. Never throws.</summary>
    protected async Task<Answer?> OpenAsync(IRequestBody? body, bool wantsMessage)
    {
        if (body is null) return null;
        _body = body;
        Interlocked.MemoryBarrier();
        if (Over is not null)
        {
            body.CallEnded();
            return null;
        }

        if (_activity is not null) Activity.Current = _activity;
        var retry = body.Replayable && Facts.Plan is { } plan ? new RetryState(plan, Channel.Throttle, Channel.Random) : null;
        var connecting = new ConnectionBackoff(Channel);
        for (var attempt = 0; ;)
        {
            HttpResponseMessage? response = null;
            Status status;
            Metadata? trailers = null;
            try
            {
                var request = Request((HttpContent)body, attempt);
                if (Channel.CallCredentials.Length > 0 || Options.Credentials is not null) await AddCredentialsAsync(request);
                response = await Channel.SendAsync(request, Stop);
                if (StatusOf.In(response.Headers) is { } only)
                {
                    status = only;
                    trailers = Headers.Read(response.Headers);
                }
                else if (response.StatusCode != HttpStatusCode.OK || !IsGrpc(response))
                {
                    status = StatusOf.Http(response.StatusCode);
                }
                else
                {
                    retry?.Committed();
                    return await BeginAsync(response);
                }
            }
            catch (Exception e)
            {
                response?.Dispose();
                if (Over is not null) return null;
                // Nothing was sent yet, so a body of any kind can still go, and it is no attempt of the call.
                if (Options.IsWaitForReady && ConnectionBackoff.NotConnected(e))
                {
                    if (!await WaitedAsync(connecting.Next())) return null;
                    continue;
                }

                status = Meaning(StatusOf.Failure(e));
            }

            if (status.StatusCode == StatusCode.OK && wantsMessage) status = NoMessage;
            if (retry?.Failed(status.StatusCode, trailers ?? Metadata.Empty) is { } wait)
            {
                response?.Dispose();
                if (!await WaitedAsync(wait)) return null;
                attempt++;
                continue;
            }

            if (trailers is not null) Volatile.Write(ref _headers, response!.Headers);
            End(status, trailers, trailers is null ? Ending.Fault : Ending.Remote);
            response?.Dispose();
            return null;
        }
    }

    private async ValueTask<Answer?> BeginAsync(HttpResponseMessage response)
    {
        var stream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        var encoding = response.Headers.NonValidated.TryGetValues(Names.Encoding, out var named) ? named.ToString() : null;
        var answer = new Answer(response, new(stream, Channel.MaxReceiveMessageSize, encoding));
        Volatile.Write(ref _headers, response.Headers);
        _answer = answer;
        Interlocked.MemoryBarrier();
        if (Over is not null)
        {
            answer.Close();
            return null;
        }

        AnswerHeaders();
        return answer;
    }

    private HttpRequestMessage Request(HttpContent content, int attempt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Facts.Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(Names.AcceptEncoding, "identity,gzip,deflate");
        if (Host is not null) headers.Host = Host;
        if (Provider is not null) headers.TryAddWithoutValidation(Names.Encoding, Provider.EncodingName);
        if (Deadline is { } deadline) headers.TryAddWithoutValidation(Names.Timeout, GrpcTimeout.Format(deadline - Channel.Time.GetUtcNow().UtcDateTime));
        if (attempt > 0) headers.TryAddWithoutValidation(Names.PreviousAttempts, attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (Options.Headers is { Count: > 0 } metadata) Headers.Write(metadata, headers);
        Telemetry.Propagate(_activity, request);
        return request;
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request)
    {
        var service = new Uri(Facts.Uri, "/" + Facts.Method.ServiceName).AbsoluteUri;
        var context = new AuthInterceptorContext(service, Facts.Method.Name, Stop);
        var functions = Options.Credentials is { } own ? [.. Channel.CallCredentials, .. CallCredentialParts.Of(own)] : Channel.CallCredentials;
        var metadata = new Metadata();
        try
        {
            // A function that does not heed the token must not keep the call from ending.
            foreach (var function in functions) await function(context, metadata).WaitAsync(Stop);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw new RpcException(new(StatusCode.Unavailable, $"The call's credentials could not be had ({e.GetType().Name}).", e));
        }

        Headers.Write(metadata, request.Headers);
    }

    private async Task<bool> WaitedAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, Channel.Time, Stop);
            return Over is null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static bool IsGrpc(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("content-type", out var type) && Names.IsGrpcFamily(type.ToString());
}
