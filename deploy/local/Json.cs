using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tiltas.Local;

/// <summary>Small files of state: written whole or not at all.</summary>
internal static class Json
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static void WriteFile<T>(string file, T value, bool secret = false) =>
        WriteText(file, JsonSerializer.Serialize(value, Options) + "\n", secret);

    internal static void WriteText(string file, string text, bool secret = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!secret) mode |= UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var draft = file + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
        }
        File.Move(draft, file, overwrite: true);
    }

    internal static T? ReadFile<T>(string file) where T : class =>
        File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Options) : null;
}
