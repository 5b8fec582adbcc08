using Tiltas.Local.Network;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Tests.Network;

public sealed class NetworkFolderTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;
    private readonly string _root = Directory.CreateTempSubdirectory("tiltas-modes-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Folder_IsClosedToOthers_AlsoWhenItWasOpenBefore(bool open)
    {
        var folder = Path.Combine(_root, "network");
        if (open)
            foreach (var name in (string[])["", "servers", "logs", "keys"])
                File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, Everybody);
        NetworkFolder.Prepare(folder);

        foreach (var name in (string[])["", "servers"]) Assert.Equal(Modes.Passage, File.GetUnixFileMode(Path.Combine(folder, name)));
        foreach (var name in (string[])["logs", "keys"]) Assert.Equal(Modes.OwnersFolder, File.GetUnixFileMode(Path.Combine(folder, name)));
    }

    [Fact]
    public void FolderThatAllShare_IsLeftAsItIs()
    {
        const UnixFileMode shared = (UnixFileMode)0b1_111_111_111;
        File.SetUnixFileMode(_root, shared);
        NetworkFolder.Prepare(_root);
        Assert.Equal(shared, File.GetUnixFileMode(_root));
    }

    [Fact]
    public async Task Log_IsItsOwnersAlone_AndIsAddedTo()
    {
        var log = Path.Combine(_root, "logs", "one.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await File.WriteAllTextAsync(log, "before\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(log, (UnixFileMode)0b110_100_100);
        Assert.Equal(0, await ChildProcess.Run(new ChildStart { Name = "echo", Command = ["echo", "after"], LogFile = log, Folder = _root }).Exited);
        Assert.Equal(Modes.OwnersFile, File.GetUnixFileMode(log));
        Assert.Equal("before\nafter\n", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
