using Google.Protobuf;
using Google.Protobuf.Reflection;
using Tiltas.Grpc.Server.Hosting;

namespace Tiltas.Grpc.Server.Reflection;

/// <summary>The files behind the services that are mapped, by name and by each symbol in them.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> symbols = new(StringComparer.Ordinal);

    public DescriptorIndex(MappedServices mapped, IReadOnlyList<ServiceDescriptor> behind)
    {
        foreach (var service in behind) Add(service.File);
        foreach (var implementation in mapped.Services.Values)
            if (Descriptor(implementation) is { } service) Add(service.File);
        Services = [.. mapped.Services.Keys.Concat(behind.Select(service => service.FullName)).Distinct().Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? ByName(string name) => files.GetValueOrDefault(name);

    public FileDescriptor? BySymbol(string symbol) => symbols.GetValueOrDefault(symbol);

    public bool IsMessage(string symbol) => BySymbol(symbol) is { } file && Messages(file.MessageTypes).Any(message => message.FullName == symbol);

    /// <summary>A file and all it needs of what is not yet among those sent, itself first.</summary>
    public static IEnumerable<ByteString> Closure(FileDescriptor file, HashSet<string> sent)
    {
        sent.Add(file.Name);
        yield return file.SerializedData;
        var waiting = new Queue<FileDescriptor>(file.Dependencies);
        while (waiting.TryDequeue(out var next))
        {
            if (!sent.Add(next.Name)) continue;
            yield return next.SerializedData;
            foreach (var dependency in next.Dependencies) waiting.Enqueue(dependency);
        }
    }

    private static ServiceDescriptor? Descriptor(Type implementation)
    {
        // The generated base is nested in a static class that knows its descriptor.
        for (var type = implementation; type is not null; type = type.BaseType)
            if (type.DeclaringType?.GetProperty("Descriptor")?.GetValue(null) is ServiceDescriptor descriptor) return descriptor;
        return null;
    }

    private static IEnumerable<MessageDescriptor> Messages(IEnumerable<MessageDescriptor> messages) =>
        messages.SelectMany(message => Messages(message.NestedTypes).Prepend(message));

    private void Add(FileDescriptor file)
    {
        if (!files.TryAdd(file.Name, file)) return;
        foreach (var dependency in file.Dependencies) Add(dependency);
        foreach (var service in file.Services)
        {
            symbols[service.FullName] = file;
            foreach (var method in service.Methods) symbols[method.FullName] = file;
        }
        foreach (var message in Messages(file.MessageTypes))
        {
            symbols[message.FullName] = file;
            foreach (var field in message.Fields.InDeclarationOrder()) symbols[field.FullName] = file;
            foreach (var inner in message.EnumTypes) Add(inner, file);
        }
        foreach (var outer in file.EnumTypes) Add(outer, file);
    }

    private void Add(EnumDescriptor type, FileDescriptor file)
    {
        symbols[type.FullName] = file;
        // A value's name stands beside its type's, not inside it.
        foreach (var value in type.Values) symbols[value.FullName] = file;
    }
}
