using Grpc.Core;
using Grpc.Reflection.V1;
using Tiltas.Grpc.Server.Hosting;

namespace Tiltas.Grpc.Server.Reflection;

/// <summary>Server reflection, version 1.</summary>
internal sealed class ReflectionService(ReflectionAnswers answers) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        var stream = answers.Begin();
        while (await requestStream.MoveNext(context.CancellationToken)) await responseStream.WriteAsync(stream.Answer(requestStream.Current));
    }
}

/// <summary>Services that are answered for here and served elsewhere.</summary>
internal sealed record Behind(IReadOnlyList<Google.Protobuf.Reflection.ServiceDescriptor> Services);

/// <summary>What both versions answer.</summary>
internal sealed class ReflectionAnswers(MappedServices mapped, IEnumerable<Behind> behind)
{
    // Not before the first question: services are mapped one after the other.
    private readonly Lazy<DescriptorIndex> index = new(() => new(mapped, [.. behind.SelectMany(more => more.Services)]));

    public ReflectionStream Begin() => new(index);
}

/// <summary>
/// The answers on one stream. Anybody may ask, so questions are bounded, and a file is sent again only when it is itself asked
/// for again, and not without end.
/// </summary>
internal sealed class ReflectionStream(Lazy<DescriptorIndex> index)
{
    public const int MostQuestions = 1000;
    public const int MostBytesAgain = 1 << 20;

    private readonly HashSet<string> sent = new(StringComparer.Ordinal);
    private int questions;
    private int bytesAgain;

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        if (++questions > MostQuestions) throw TooMuch();
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                File(response, index.Value.ByName(request.FileByFilename));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                File(response, index.Value.BySymbol(request.FileContainingSymbol));
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                response.ListServicesResponse = new() { Service = { index.Value.Services.Select(name => new ServiceResponse { Name = name }) } };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when index.Value.IsMessage(request.AllExtensionNumbersOfType):
                // proto3 messages have no extensions.
                response.AllExtensionNumbersResponse = new() { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.None:
                response.ErrorResponse = new() { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "Nothing was asked." };
                break;
            default:
                File(response, null);
                break;
        }
        return response;
    }

    private void File(ServerReflectionResponse response, Google.Protobuf.Reflection.FileDescriptor? file)
    {
        if (file is null) response.ErrorResponse = new() { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = "There is no such name here." };
        else
        {
            if (sent.Contains(file.Name) && (bytesAgain += file.SerializedData.Length) > MostBytesAgain) throw TooMuch();
            response.FileDescriptorResponse = new() { FileDescriptorProto = { DescriptorIndex.Closure(file, sent) } };
        }
    }

    private static RpcException TooMuch() => new(new(StatusCode.ResourceExhausted, "So much is enough for one stream; ask on another."));
}
