namespace Tiltas.Grpc.Wire;

/// <summary>Header names and content types of the protocol.</summary>
internal static class Names
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string StatusDetails = "grpc-status-details-bin";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string InternalEncodingRequest = "grpc-internal-encoding-request";
    public const string PreviousAttempts = "grpc-previous-rpc-attempts";
    public const string RetryPushback = "grpc-retry-pushback-ms";
    public const string ContentType = "application/grpc";

    /// <summary>Whether a content type is gRPC with protobuf: bare, <c>+proto</c>, either with parameters.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = contentType.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase)) rest = rest[6..];
        return rest.IsEmpty || rest.TrimStart() is [';', ..];
    }

    /// <summary>Whether a content type belongs to the gRPC family at all.</summary>
    public static bool IsGrpcFamily(string? contentType) => contentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) == true;
}
