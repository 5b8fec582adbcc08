using System.Text;

namespace Tiltas.Local.Processes;

internal static class LogTail
{
    private const int Window = 16 * 1024;

    /// <summary>The last lines of a file that another process may be writing to.</summary>
    internal static IReadOnlyList<string> Read(string file, int count)
    {
        if (!File.Exists(file)) return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, Window), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count)];
    }
}
