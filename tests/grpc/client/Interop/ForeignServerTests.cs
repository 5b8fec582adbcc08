using System.Diagnostics;
using Grpc.Net.Client;

namespace Tiltas.Grpc.Client.Tests.Interop;

/// <summary>The public cases between our client and a server on grpcio.</summary>
public sealed class ForeignServerTests(ForeignServer server) : IClassFixture<ForeignServer>
{
    // grpcio does not tell a server whether a request came compressed.
    private static readonly string[] Beyond = ["client_compressed_unary", "client_compressed_streaming"];

    public static TheoryData<string> Names => [.. InteropCases.All.Keys.Except(Beyond)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Case_Passes(string name)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        await InteropCases.All[name](new(channel)).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task UnimplementedService_Passes()
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        await InteropCases.UnimplementedService(new(channel));
    }
}

/// <summary>tests/grpc/clients/python/server.py as a process.</summary>
public sealed class ForeignServer : IAsyncLifetime
{
    private Process? _process;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-B");
        start.ArgumentList.Add(Path.Combine(Root(), "tests/grpc/clients/python/server.py"));
        _process = Process.Start(start)!;
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Address = line?.Split(' ') is ["listening", var port]
            ? $"http://127.0.0.1:{port}"
            : throw new InvalidOperationException("The foreign server did not start; it wants Debian's python3-grpcio, python3-protobuf and python3-grpc-tools.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
