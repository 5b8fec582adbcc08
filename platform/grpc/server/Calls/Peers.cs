using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Who is at the other end.</summary>
internal static class Peers
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    public static string Address(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
        var address => $"ipv4:{address}:{connection.RemotePort}",
    };

    public static AuthContext Proof(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>();
        if (certificate is null) return new(null, properties);
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            Add(AlternativeName, extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())));
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name) Add(CommonName, [name]);
        return new(properties.ContainsKey(AlternativeName) ? AlternativeName : properties.ContainsKey(CommonName) ? CommonName : null, properties);

        void Add(string property, IEnumerable<string> values)
        {
            List<AuthProperty> made = [.. values.Select(value => AuthProperty.Create(property, Encoding.UTF8.GetBytes(value)))];
            if (made.Count > 0) properties[property] = made;
        }
    }
}
