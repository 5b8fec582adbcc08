using System.Security.Cryptography;
using System.Text;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Clients;

/// <summary>One system of one agency that may sign in.</summary>
public sealed class Client : IDisposable
{
    // Lost with the process: what it protects is only speed.
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);

    private readonly CancellationTokenSource _removed = new();
    private byte[]? _known;

    /// <summary>A client with its kept secret, its certificates, or both.</summary>
    public Client(Caller caller, SecretHash? secret, params string[] certificates) =>
        (Caller, Secret, Certificates, Removed) = (caller, secret, certificates, _removed.Token);

    /// <summary>Who it is inside.</summary>
    public Caller Caller { get; }

    /// <summary>Its kept secret; null when it comes by certificate alone.</summary>
    public SecretHash? Secret { get; }

    /// <summary>SHA-256 of each certificate it may come with, in lower-case hex.</summary>
    public IReadOnlyList<string> Certificates { get; }

    /// <summary>Fires when the client is removed or changed; whatever it holds open ends.</summary>
    public CancellationToken Removed { get; }

    /// <summary>True when the secret was verified before in this process; cheap.</summary>
    public bool RemembersAsRight(string secret) =>
        Volatile.Read(ref _known) is { } known && CryptographicOperations.FixedTimeEquals(known, Tag(secret));

    /// <summary>Verifies the slow way and remembers a right secret.</summary>
    public bool Verify(string secret)
    {
        if (Secret?.Matches(secret) != true) return false;
        Volatile.Write(ref _known, Tag(secret));
        return true;
    }

    /// <summary>True when the other says the same in every respect.</summary>
    public bool IsSameAs(Client other) =>
        Caller.Client == other.Caller.Client && Caller.Agency == other.Caller.Agency
        && Caller.Roles.SequenceEqual(other.Caller.Roles) && Secret?.ToKeptForm() == other.Secret?.ToKeptForm()
        && Certificates.SequenceEqual(other.Certificates);

    /// <summary>Ends what the client holds open.</summary>
    public void Dispose()
    {
        _removed.Cancel();
        _removed.Dispose();
    }

    private static byte[] Tag(string secret) => HMACSHA256.HashData(ProcessKey, Encoding.UTF8.GetBytes(secret));
}
