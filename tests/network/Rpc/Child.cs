using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>A program outside the network, started and killed by a test.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _spoke = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Child(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) =>
        {
            _lines.Enqueue(line.Data ?? "");
            _spoke.TrySetResult();
        };
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Done with its first line, or its end.</summary>
    public Task Spoke => _spoke.Task;

    public string Output => string.Join('\n', _lines);

    /// <summary>Starts it with the gateway's TLS address and authority in its environment.</summary>
    public static Child Start(TestNetwork network, string program, string package, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["GATEWAY"] = network.Network.GatewayTls.GetLeftPart(UriPartial.Authority);
        start.Environment["CA"] = network.Network.Authority.Authority;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            return new Child(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw Missing(program, package, exception);
        }
    }

    /// <summary>Starts a program of this repository.</summary>
    public static Child Dotnet(TestNetwork network, string assembly, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Start(network, "dotnet", "the .NET SDK", [Repository.In("artifacts", "bin", assembly, "debug", assembly + ".dll"), .. arguments], environment);

    public static InvalidOperationException Missing(string program, string package, Exception? inner = null) =>
        new($"{program} is needed for this test and is not there; install {package}.", inner);

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> Exited(int seconds = 60)
    {
        await Eventually.True("the program's end; so far it said:\n" + Output, () => Task.FromResult(_process.HasExited), seconds);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL; the program gets no say.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Kill();
        _process.Dispose();
    }
}
