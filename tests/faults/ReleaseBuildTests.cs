using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>What kills a process on purpose is in builds for tests alone.</summary>
public sealed class ReleaseBuildTests
{
    [Fact]
    public async Task ReleaseBuild_HasNoCrashPoints()
    {
        var folder = Directory.CreateTempSubdirectory("tiltas-release-");
        try
        {
            // Compiled here and now: what lies in the artifacts may be older than the sources.
            using var build = Process.Start(new ProcessStartInfo("dotnet",
            [
                "build", Repository.In("platform", "hosting"), "-c", "Release", "--no-restore", "-v", "quiet", "-nologo", "-nodeReuse:false", "-m:1",
                "-p:OutDir=" + folder.FullName + "/",
            ]) { RedirectStandardOutput = true })!;
            var said = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await build.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(build.ExitCode == 0, said);

            var release = Read(Path.Combine(folder.FullName, "Tiltas.Hosting.dll"));
            Assert.DoesNotContain("CRASH_AT", release.Texts);
            Assert.Equal(0, release.Calls);
            // The same look at the build under test finds both, so it would have found them.
            var debug = Read(Path.Combine(AppContext.BaseDirectory, "Tiltas.Hosting.dll"));
            Assert.Contains("CRASH_AT", debug.Texts);
            Assert.True(debug.Calls > 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (HashSet<string> Texts, int Calls) Read(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        for (var at = System.Reflection.Metadata.Ecma335.MetadataTokens.UserStringHandle(1); !at.IsNil; at = System.Reflection.Metadata.Ecma335.MetadataReaderExtensions.GetNextHandle(metadata, at)) texts.Add(metadata.GetUserString(at));

        var pass = metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(type => metadata.GetString(type.Name) == "CrashPoints")
            .SelectMany(type => type.GetMethods()).Single(method => metadata.GetString(metadata.GetMethodDefinition(method).Name) == "Pass");
        var call = new byte[5];
        call[0] = (byte)ILOpCode.Call;
        BitConverter.TryWriteBytes(call.AsSpan(1), System.Reflection.Metadata.Ecma335.MetadataTokens.GetToken(pass));
        var calls = metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0)
            .Count(method => file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes().AsSpan().IndexOf(call) >= 0);
        return (texts, calls);
    }
}
