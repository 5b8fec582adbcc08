using System.Net;

namespace Tiltas.Gateway.Limits;

/// <summary>Where a request comes from, as limits count it.</summary>
internal static class RemoteAddress
{
    private const int PrefixBytes = 8;

    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    /// <summary>An IPv4 address as it is; of an IPv6 address the first 64 bits, since whoever has one address there has them all.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4) return address.ToString();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
