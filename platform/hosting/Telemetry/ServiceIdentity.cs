using System.Reflection;
using OpenTelemetry.Resources;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Who speaks: the same three facts in traces, logs and metrics.</summary>
internal sealed record ServiceIdentity
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Instance { get; init; }

    public static ServiceIdentity Of(string name, TimeProvider time) => new()
    {
        Name = name,
        Version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
        Instance = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
    };

    public ResourceBuilder Resource() => ResourceBuilder.CreateDefault().AddService(Name, serviceVersion: Version, serviceInstanceId: Instance);
}
