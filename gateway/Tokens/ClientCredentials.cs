using System.Text;
using Microsoft.Net.Http.Headers;

namespace Tiltas.Gateway.Tokens;

/// <summary>What a token request asks for and with which credentials, read from the form and the Authorization header.</summary>
internal sealed record ClientCredentials(string GrantType, string ClientId, string Secret)
{
    public const int MostBytes = 8192;
    private const int LongestValue = 512;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Null when a part is missing, doubled, too long or given in two ways.</summary>
    public static async Task<ClientCredentials?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return null;

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(cancel);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        if (form.Any(field => field.Value.Count != 1)) return null;

        string? grantType = form["grant_type"], id = form["client_id"], secret = form["client_secret"];
        if (request.Headers.Authorization.Count > 0)
        {
            // RFC 6749 2.3: not more than one way to authenticate in a request.
            if (secret is not null || Basic(request.Headers.Authorization) is not var (basicId, basicSecret)) return null;
            if (id is not null && id != basicId) return null;
            (id, secret) = (basicId, basicSecret);
        }
        return IsUsable(grantType) && IsUsable(id) && IsUsable(secret) ? new ClientCredentials(grantType!, id!, secret!) : null;
    }

    private static bool IsUsable(string? value) => value is { Length: > 0 and <= LongestValue };

    private static (string Id, string Secret)? Basic(string? header)
    {
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MostBytes) return null;
        try
        {
            var pair = StrictUtf8.GetString(Convert.FromBase64String(header[scheme.Length..].Trim()));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : (FromForm(pair[..colon]), FromForm(pair[(colon + 1)..]));
        }
        catch (FormatException)
        {
            return null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // RFC 6749 2.3.1: both parts are form-encoded before they are joined.
    private static string FromForm(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    public override string ToString() => ClientId + ":***";
}
