using System.Text;
using Microsoft.Net.Http.Headers;
using Tiltas.Directory.Exchange.Hsds;

namespace Tiltas.Directory.Exchange;

/// <summary>What a file to take in is; its content type says it, and nothing is guessed.</summary>
internal enum FileForm { Table, Lines, Hsds, HsdsLines }

internal static class FileForms
{
    private const string HsdsProfile = "hsds";

    /// <summary>Null for what the import does not take.</summary>
    public static FileForm? Of(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return null;
        var profile = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("profile", StringComparison.OrdinalIgnoreCase)) is { } named ? HeaderUtilities.RemoveQuotes(named.Value).Value : null;
        return (type.MediaType.Value?.ToLowerInvariant(), profile) switch
        {
            ("text/csv", null) => FileForm.Table,
            (ExportDirectory.LinesType, null) => FileForm.Lines,
            (ExportDirectory.LinesType, HsdsProfile) => FileForm.HsdsLines,
            (ExportHsds.ContentType, null or HsdsProfile) => FileForm.Hsds,
            _ => null,
        };
    }

    /// <summary>The documents of a file of HSDS; of lines one each.</summary>
    public static (List<JsonNodeAt> Roots, List<RowError> Errors) Documents(ReadOnlySpan<byte> file, FileForm form)
    {
        var (roots, errors, number, values) = (new List<JsonNodeAt>(), new List<RowError>(), 0, 0);
        if (form == FileForm.Hsds) Read(file, 1);
        else
        {
            foreach (var range in file.Split((byte)'\n'))
            {
                number++;
                if (errors.Count == RowError.Most) break;
                if (file[range].IndexOfAnyExcept(" \t\r"u8) >= 0) Read(file[range], number);
            }
        }
        return (roots, errors);

        void Read(ReadOnlySpan<byte> document, int line)
        {
            var (root, fault) = ReadJson.From(document, line, ref values);
            if (fault is not null) errors.Add(fault);
            else if (root is not null) roots.Add(root);
        }
    }

    /// <summary>Null when it is no text in UTF-8.</summary>
    public static string? Text(ReadOnlySpan<byte> file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
