using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Rpc;

/// <summary>Refuses text in a request that the HTTP API refuses, and by the same rule: what no store of ours may meet, and what is too long.</summary>
public sealed class SafeText : Interceptor
{
    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        continuation(Checked(request), context);

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Checked(request), responseStream, context);

    private static TRequest Checked<TRequest>(TRequest request) => request is IMessage message && Find(message, "") is { } field
        ? throw RpcRequest.Wrong("Text of at most 8192 characters without control characters is expected.", field)
        : request;

    /// <summary>The path of the first text that may not be; null when there is none. A map's keys are the caller's and are not told.</summary>
    private static string? Find(IMessage message, string before)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType is not (FieldType.String or FieldType.Message)) continue;
            var (path, value) = (before + field.Name, field.Accessor.GetValue(message));
            if (field.IsMap)
            {
                foreach (DictionaryEntry entry in (IDictionary)value)
                    if (Found(entry.Key, path) is not null || Found(entry.Value, path) is not null) return path;
            }
            else if (field.IsRepeated)
            {
                var list = (IList)value;
                for (var i = 0; i < list.Count; i++)
                    if (Found(list[i], string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}[{i}]")) is { } at) return at;
            }
            else if (Found(value, path) is { } at) return at;
        }
        return null;
    }

    private static string? Found(object? value, string path) => value switch
    {
        string text => SafeTextConverter.IsSafe(text) ? null : path,
        IMessage inner => Find(inner, path + "."),
        _ => null,
    };
}
