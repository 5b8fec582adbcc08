using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Commands;

/// <summary>Programs in other languages with which the tests call the network. Where nothing can be installed without asking, those tests say what is missing.</summary>
internal static class TestTools
{
    private const string Python = "/usr/bin/python3";
    private static readonly Dictionary<string, string?> Quietly = new() { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C.UTF-8" };

    internal static async Task<IReadOnlyList<string>> MissingAsync(CancellationToken stop)
    {
        var missing = new List<string>();
        if (Programs.Find("npm") is null) missing.AddRange(["nodejs", "npm"]);
        foreach (var (module, package) in (IEnumerable<(string, string)>)[("grpc", "python3-grpcio"), ("google.protobuf", "python3-protobuf"), ("grpc_tools", "python3-grpc-tools")])
            if (!await HasAsync(module, stop)) missing.Add(package);
        if (Programs.Find("protoc") is null) missing.Add("protobuf-compiler");
        if (!File.Exists("/usr/include/google/protobuf/timestamp.proto")) missing.Add("libprotobuf-dev");
        if (Programs.Find("grpc_python_plugin") is null) missing.Add("protobuf-compiler-grpc");
        return missing;
    }

    internal static async Task InstallAsync(IReadOnlyList<string> missing, CancellationToken stop)
    {
        var apt = Programs.Find("apt-get")!;
        List<string> install = [apt, "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", .. missing];
        if ((await Programs.RunAsync(install, stop, Quietly)).Code == 0) return;
        // A new machine has no package lists yet.
        (await Programs.RunAsync([apt, "update", "-q"], stop, Quietly)).OrThrow("apt-get update");
        (await Programs.RunAsync(install, stop, Quietly)).OrThrow("apt-get install");
    }

    private static async Task<bool> HasAsync(string module, CancellationToken stop) =>
        File.Exists(Python) && (await Programs.RunAsync([Python, "-c", "import " + module], stop)).Code == 0;
}
