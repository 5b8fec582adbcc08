using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway;

/// <summary>What the gateway itself answers; codes are stable.</summary>
internal static class GatewayErrors
{
    public static readonly Error Malformed = new Error.Refused(400, "TLT-GW-0400", "The request is not well-formed.");
    public static readonly Error UnknownPath = new Error.Refused(404, "TLT-GW-0404", "There is nothing at this address.");
    public static readonly Error WrongMethod = new Error.Refused(405, "TLT-GW-0405", "This address does not take that method.");
    public static readonly Error TooSlow = new Error.Refused(408, "TLT-GW-0408", "The request arrived too slowly.");
    public static readonly Error TooLarge = new Error.Refused(413, "TLT-GW-0413", "The body is larger than 1 MiB.");
    public static readonly Error NeedsHttp2 = new Error.Refused(426, "TLT-GW-0426", "gRPC is served over HTTP/2 only.");
    public static readonly Error TooManyStreams = new Error.TooMany("TLT-GW-0430", "Too many streams of this agency are open at once; end one before another is opened.", 5);
    public static readonly Error Ours = new Error.Refused(500, "TLT-GW-0500", "Something failed on our side; the trace id finds it.");
    public static readonly Error ServiceAway = new Error.Unavailable("TLT-GW-0503", "The service behind this address is not available at the moment.", 2);
    public static readonly Error Stopping = new Error.Unavailable(ServiceAway.Code, "This server is about to stop; connect again.", 1);
    public static readonly Error ServiceSilent = new Error.Refused(504, "TLT-GW-0504", "The service behind this address did not answer in time.");

    public static Error TooMany(int seconds) => new Error.TooMany("TLT-GW-0429", "Too many requests of this agency; go on after the time that is named.", seconds);

    public static Error TooManyFromAddress(int seconds) => new Error.TooMany(TooMany(seconds).Code, "Too many requests from this address; go on after the time that is named.", seconds);

    public static Error FromStatus(int status) => status switch
    {
        401 => IdentityErrors.NoGoodToken,
        404 => UnknownPath,
        405 => WrongMethod,
        408 => TooSlow,
        413 => TooLarge,
        502 or 503 => ServiceAway,
        504 => ServiceSilent,
        >= 500 => Ours,
        _ => new Error.Refused(status, Malformed.Code, "The request was refused."),
    };

    /// <summary>Sets a header that survives the clearing of headers when a problem is written.</summary>
    public static void KeepHeader(this HttpResponse response, string name, string value) => response.OnStarting(() =>
    {
        response.Headers[name] = value;
        return Task.CompletedTask;
    });
}
