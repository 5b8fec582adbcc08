namespace Tiltas.TestKit;

/// <summary>The programs in other languages that play the public interoperability cases (<c>tests/grpc/clients</c>).</summary>
public static class ForeignGrpcClients
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static string Folder { get; } = Path.Combine(Repository.Root, "tests", "grpc", "clients");

    /// <summary>@grpc/grpc-js; gives the cases that passed.</summary>
    /// <exception cref="InvalidOperationException">A case failed; says what the program printed.</exception>
    public static async Task<string[]> GrpcJs(string address, params string[] options)
    {
        var node = Path.Combine(Folder, "node");
        await Npm.Install(node);
        return await Play("node", [Path.Combine(node, "interop.mjs"), "--address", address, .. options]);
    }

    /// <summary>grpcio as Debian packages it, so the system's Python and not the first on the path; gives the cases that passed.</summary>
    /// <exception cref="InvalidOperationException">A case failed; says what the program printed.</exception>
    public static Task<string[]> Grpcio(string address, params string[] options) =>
        Play("/usr/bin/python3", [Path.Combine(Folder, "python", "interop.py"), "--address", address, .. options]);

    private static async Task<string[]> Play(string program, string[] arguments)
    {
        using var stop = new CancellationTokenSource(Patience);
        var (code, output) = await Npm.Run(program, arguments, Folder, stop.Token);
        if (code != 0) throw new InvalidOperationException($"{program} ended with {code}:\n{output}");
        return [.. output.Split('\n').Where(line => line.StartsWith("ok ", StringComparison.Ordinal)).Select(line => line["ok ".Length..].Trim())];
    }
}
