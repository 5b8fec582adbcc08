using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tiltas.Contracts;

namespace Tiltas.Hosting.Sealing;

/// <summary>Where an agency's key encryption key comes from: a file on one machine, a key management service in production.</summary>
public interface IAgencyKeys
{
    /// <summary>32 bytes; the same for the same agency.</summary>
    byte[] KeyOf(AgencyId agency);
}

/// <summary>Derives each agency's key from one master key in a file (HKDF-SHA-256). For one machine.</summary>
public sealed class FileAgencyKeys(byte[] master) : IAgencyKeys
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It holds something else; what, is not said.</exception>
    public static FileAgencyKeys Read(string path)
    {
        var master = new byte[33];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), master, out var length) && length == 32
            ? new(master[..32])
            : throw new InvalidDataException("Sealing:MasterKeyFile must hold 32 bytes as base64.");
    }

    /// <inheritdoc/>
    public byte[] KeyOf(AgencyId agency) => HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes("tiltas agency key v1 " + agency.Value));
}

/// <summary>Sealing in a service that keeps what only its owner may let others read.</summary>
public static class SealingExtensions
{
    /// <summary>Adds the seal, with the agencies' keys from <c>Sealing:MasterKeyFile</c>.</summary>
    /// <exception cref="InvalidOperationException">The setting is missing.</exception>
    public static void AddSealing(this IHostApplicationBuilder builder)
    {
        var file = builder.Configuration["Sealing:MasterKeyFile"] ?? throw new InvalidOperationException("Sealing:MasterKeyFile is missing.");
        builder.Services.AddSingleton<IAgencyKeys>(FileAgencyKeys.Read(file));
        builder.Services.AddSingleton<Seal>();
    }
}
